"""How far the evaluators of `redraft-code` agree with real code: the standard library, its examples, both damaged."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import inspect
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.evaluators.row import Row
from redraft.evaluation import Context
from redraft.task import Draft, Task
from redraft_code.examples import ExamplesParams, examples
from redraft_code.lint import LintParams, lint
from redraft_code.linter import findings
from redraft_code.parses import parses
from redraft_code.runtime import RuntimeParams, runtime

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["measure"]

_MODULES = ("collections", "difflib", "fractions", "statistics")
_MUTATIONS = 40
_TINY = 1e-9
_WAYS = (
    ("def f(n):\n    return sum(i for i in range(n))", "def f(n):\n    return n * (n - 1) // 2", "f(300_000)"),
    (
        "def f(x):\n    return [i for i in x if x.count(i) == 1]",
        "def f(x):\n    return list(dict.fromkeys(x))",
        "f([*range(800)])",
    ),
    (
        "def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)",
        "from functools import cache\n@cache\ndef f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)",
        "f(22)",
    ),
    (
        "def f(n):\n    s = []\n    for i in range(n):\n        s.insert(0, i)\n    return s",
        "def f(n):\n    return list(range(n))[::-1]",
        "f(20_000)",
    ),
)
_FILES = 300
_EACH = "lint.mccabe.max-complexity=0"
_SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.Mult: ast.Add}
_SWAPPED |= {ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.And: ast.Or, ast.Or: ast.And}


def measure(data: Path) -> Iterator[Row]:
    """Yield the figures; the data are the interpreter's own.

    Args:
        data: Not used.
    """
    yield from _library()
    yield from _damaged()
    yield from _paths()
    yield _linted()
    yield _timed()


def _files() -> list[Path]:
    files = sorted(Path(inspect.getfile(ast)).parent.glob("*.py"))
    return random.Random(0).sample(files, min(_FILES, len(files)))


def _library() -> Iterator[Row]:
    """Real files parse; with a bracket left away they parse where Python itself still takes them."""
    rng = random.Random(0)
    whole, broken = [], []
    for file in _files():
        text = file.read_text(encoding="utf-8")
        whole.append(parses(Draft(text=f"```python\n{text}\n```")).value == 1)
        places = [place for place, sign in enumerate(text) if sign in "()[]{}:"]
        if places:
            place = rng.choice(places)
            damaged = text[:place] + text[place + 1 :]
            broken.append((parses(Draft(text=damaged)).value == 1) == _compiles(damaged))
    yield Row("parses", len(whole), _share(whole), "files of the standard library, fenced, accepted", least=1.0)
    yield Row("parses", len(broken), _share(broken), "the same without one sign, judged as py_compile does", least=1.0)


def _compiles(text: str) -> bool:
    command = [sys.executable, "-W", "ignore", "-c", "import sys; compile(sys.stdin.buffer.read(), 'x', 'exec')"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=False).returncode == 0


def _damaged() -> Iterator[Row]:
    """The examples in the library's own documentation, on the library as it is and with one operator changed."""
    whole, damaged = [], []
    rng = random.Random(0)
    for name in _MODULES:
        source = inspect.getsource(importlib.import_module(name))
        tests = _examples(name)
        whole += [_passed(source, [test]) == 1 for test in tests]
        for _ in range(_MUTATIONS // len(_MODULES)):
            code = _mutated(source, rng)
            damaged.append((_passed(code, tests) == 1) == _holds(code, tests))
    yield Row(
        "examples", len(whole), _share(whole), "documented examples of the standard library, held by it", least=0.97
    )
    yield Row(
        "examples",
        len(damaged),
        _share(damaged),
        "modules with one operator changed, judged as plain Python",
        least=0.97,
    )


def _examples(name: str) -> list[str]:
    """Return a module's documented examples as assertions, each with what comes before it."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    tests = []
    for found in finder.find(importlib.import_module(name), name):
        usable = all("Traceback" not in e.want and "..." not in e.want and not e.options for e in found.examples)
        if found.examples and usable:
            tests.append("\n".join(line for example in found.examples for line in _assertion(example)))
    source = inspect.getsource(importlib.import_module(name))
    return [test for test in tests if "assert" in test and _holds(source, [test])]


def _assertion(example: doctest.Example) -> list[str]:
    source, want = example.source.strip(), example.want.strip()
    try:
        called = ast.unparse(ast.parse(source, mode="eval"))
    except SyntaxError:
        return [source]
    return [f"assert repr({called}) == {want!r}"] if want and not source.startswith(("print", "list(map(print")) else []


def _mutated(source: str, rng: random.Random) -> str:
    tree = ast.parse(source)
    places = [(node, field) for node in ast.walk(tree) for field in ("op", "ops") if _operator(node, field) in _SWAPPED]
    node, field = rng.choice(places)
    other = _SWAPPED[_operator(node, field)]()  # type: ignore[index]
    setattr(node, field, [other, *node.ops[1:]] if field == "ops" else other)  # type: ignore[attr-defined]
    return ast.unparse(tree)


def _operator(node: ast.AST, field: str) -> type | None:
    found = getattr(node, field, None)
    return type(found[0] if isinstance(found, list) else found)


def _passed(code: str, tests: list[str]) -> float:
    task = Task.model_validate({"prompt": "Write it.", "inputs": {"tests": list(tests)}})
    return float(examples(Draft(text=code), task, ExamplesParams(seconds=5), Context(least="namespace")).value)


def _holds(code: str, tests: list[str]) -> bool:
    """Return whether the tests hold where code and tests simply run as one program."""
    program = f"import sys\nsys.modules['solution'] = sys.modules['__main__']\n__name__ = 'solution'\n{code}\n"
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-"],
            input=(program + "\n".join(tests)).encode(),
            capture_output=True,
            check=False,
            timeout=20,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _paths() -> Iterator[Row]:
    """Functions have the complexity that mccabe gives them, give or take one (`pip install mccabe`)."""
    if importlib.util.find_spec("mccabe") is None:
        return
    right = []
    for file in _files():
        code = file.read_text(encoding="utf-8")
        own = {f.line: int(f.message.split("(")[-1].split()[0]) for f in findings(code, ["C901"], options=[_EACH])}
        right += [abs(own[line] - paths) <= 1 for line, paths in _by_mccabe(code).items() if line in own]
    yield Row(
        "complexity", len(right), _share(right), "functions as complex as mccabe says, give or take one", least=0.95
    )


def _by_mccabe(code: str) -> dict[int, int]:
    from mccabe import PathGraphingAstVisitor

    visitor = PathGraphingAstVisitor()
    visitor.preorder(ast.parse(code), visitor)
    return {graph.lineno: graph.complexity() for graph in visitor.graphs.values()}


def _linted() -> Row:
    """The value is what Ruff's own command finds in the file."""
    from ruff import find_ruff_bin

    command = [
        find_ruff_bin(),
        "check",
        "--isolated",
        "--no-cache",
        "--ignore-noqa",
        "--output-format=concise",
        "--quiet",
    ]
    command += [f"--target-version=py{sys.version_info.major}{sys.version_info.minor}"]
    right = []
    for file in _files():
        own = subprocess.run([*command, "--select=F", str(file)], capture_output=True, text=True, check=False).stdout
        lines = {line.removeprefix(f"{file}:").split(":")[0] for line in own.splitlines() if line.startswith(str(file))}
        code = file.read_text(encoding="utf-8")
        whole = sum(bool(line.strip()) for line in code.split("\n"))
        found = lint(Draft(text=f"```python\n{code}\n```"), LintParams(select=("F",))).value
        right.append(abs(found - (1 - len(lines) / whole)) < _TINY)
    return Row("lint", len(right), _share(right), "files with the findings of Ruff's own command", least=1.0)


def _timed() -> Row:
    """Of two ways to do the same, the slower one is told."""
    right = []
    for slow, fast, work in _WAYS:
        for code, baseline, fine in ((slow, fast, False), (fast, slow, True), (slow, slow, True)):
            inputs = {"baseline": baseline, "workload": work}
            task = Task.model_validate({"prompt": "Make it fast.", "inputs": inputs})
            score = runtime(Draft(text=code), task, RuntimeParams(most=1.5, repeats=5), Context(least="namespace"))
            right.append((score.value == 1) == fine)
    return Row("runtime", len(right), _share(right), "slow, fast and equal ways to do the same told apart", least=0.9)


def _share(right: list[bool]) -> float:
    return sum(right) / len(right) if right else 0.0
