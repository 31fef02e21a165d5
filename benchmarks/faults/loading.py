"""Faults that show when a plugin loads."""

from __future__ import annotations

from benchmarks.faults.fault import Fault, load

__all__ = ["LOADING"]

LOADING: tuple[Fault, ...] = (
    load("import-raises", "RuntimeError: no luck", "raise RuntimeError('no luck')"),
    load("import-exits", "SystemExit: bye", "sys.exit('bye')"),
    load("import-interrupts", "KeyboardInterrupt", "raise KeyboardInterrupt"),
    load("import-cancels", "CancelledError", "raise asyncio.CancelledError"),
    load("import-generator-exit", "GeneratorExit", "raise GeneratorExit"),
    load("import-own-base-error", "Odd: x", "class Odd(BaseException): pass\nraise Odd('x')"),
    load("import-recurses", "RecursionError", "def f(): return f()\nf()"),
    load("import-huge-message", "ValueError: xxx", "raise ValueError('x' * 50_000_000)"),
    load(
        "import-unspeakable",
        "Mute",
        "class Mute(Exception):\n    def __str__(self): raise RuntimeError\nraise Mute",
    ),
    load("import-syntax", "SyntaxError", "def broken(:"),
    load("import-indentation", "IndentationError", "if True:\nx = 1"),
    load("import-not-utf8", "SyntaxError", "x = '\udcff'"),
    load("import-null-byte", "null bytes", "x = 1\0"),
    load("missing-dependency", "No module named 'no_such_module_anywhere'", "import no_such_module_anywhere"),
    load("missing-name", "cannot import name 'evaluatr'", "from redraft import evaluatr"),
    load("imports-itself", "cannot import name 'bad'", "from fault_imports_itself import bad"),
    load("prints-at-import", "no hooks", "print('hello')\nos.write(1, b'raw')"),
    load(
        "hook-misspelled",
        "Did you mean 'redraft_evaluators'?",
        "EVALUATOR\n@hookimpl\ndef redraft_evaluator():\n    return [bad]",
    ),
    load("hook-arguments", "config", "EVALUATOR\n@hookimpl\ndef redraft_evaluators(config):\n    return [bad]"),
    load("hook-unmarked", "no hooks", "EVALUATOR\ndef redraft_evaluators():\n    return [bad]"),
    load("hook-raises", "KeyError: 'x'", "@hookimpl\ndef redraft_evaluators():\n    raise KeyError('x')"),
    load("hook-exits", "SystemExit", "@hookimpl\ndef redraft_evaluators():\n    raise SystemExit"),
    load("hook-interrupts", "KeyboardInterrupt", "@hookimpl\ndef redraft_evaluators():\n    raise KeyboardInterrupt"),
    load("hook-returns-none", "returned nothing (None)", "@hookimpl\ndef redraft_evaluators():\n    pass"),
    load("hook-returns-one", "not a list", "EVALUATOR\n@hookimpl\ndef redraft_evaluators():\n    return bad"),
    load("hook-returns-text", "type str", "@hookimpl\ndef redraft_evaluators():\n    return 'bad'"),
    load(
        "hook-returns-function",
        "decorate it with @evaluator",
        "@hookimpl\ndef redraft_evaluators():\n    return [print]",
    ),
    load(
        "hook-raises-half-way",
        "OSError: half",
        "EVALUATOR\n@hookimpl\ndef redraft_evaluators():\n    yield bad\n    raise OSError('half')",
    ),
    load("hook-async", "coroutine", "@hookimpl\nasync def redraft_evaluators():\n    return []"),
    load("name-twice", "twice", "EVALUATOR\n@hookimpl\ndef redraft_evaluators():\n    return [bad, bad]"),
    load("name-reserved", "also brought by redraft", "EVALUATOR\nbad.name = 'coverage'\nHOOK"),
    load("name-taken", "also brought by fault-good", "EVALUATOR\nbad.name = 'good'\nHOOK"),
    load("name-senseless", "is no name", "EVALUATOR\nbad.name = 'no name'\nHOOK"),
    load("kind-misspelled", "Did you mean 'verifier'?", "@evaluator('bad', kind='verifyer')\ndef bad(): pass"),
    load("sandbox-misspelled", "Did you mean 'namespace'?", "@evaluator('bad', sandbox='namespce')\ndef bad(): pass"),
    load("needs-a-text", "needs is a list of names", "@evaluator('bad', needs='words')\ndef bad(): pass"),
    load(
        "timeout-not-a-number",
        "timeout is a positive number",
        "@evaluator('bad', timeout=float('nan'))\ndef bad(): pass",
    ),
    load("timeout-a-text", "timeout is a positive number", "@evaluator('bad', timeout='soon')\ndef bad(): pass"),
    load("params-no-model", "params", "@evaluator('bad', params=dict)\ndef bad(params): pass"),
    load("argument-unknown", "Did you mean 'draft'?", "@evaluator('bad')\ndef bad(drfat): pass"),
    load(
        "evaluator-imitated",
        "not an evaluator",
        """
        class Imitation:
            name = 'bad'; kind = 'heuristic'; needs = (); timeout = 'soon'
            def validate_params(self, given): raise SystemExit
        bad = Imitation()
        HOOK
        """,
    ),
    load("check-no-function", "not a function", "@hookimpl\ndef redraft_checks():\n    return {'enough': 7}"),
    load("agents-texts", "not a pathlib.Path", "@hookimpl\ndef redraft_agents():\n    return ['x.md']"),
    load("hooks-newer", "newer redraft", "REDRAFT_HOOKS = 99\nEVALUATOR\nHOOK"),
    load("entry-nowhere", "no_such_module", "", entry="bad = no_such_module"),
    load("entry-no-attribute", "no_such", "", entry="bad = json:no_such"),
    load("entry-empty", "", "", entry="bad = "),
)
