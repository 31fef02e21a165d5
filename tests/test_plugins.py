"""Plugins as they are: distributions on the path, each good or broken in its own way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import redraft
from redraft.plugins import load_plugins
from redraft.registry import KINDS

ROOT = Path(redraft.__file__).parents[1]

GOOD = """
from redraft import evaluator, hookimpl

@evaluator("politeness")
def politeness(draft):
    return float("please" in draft.text)

@hookimpl
def redraft_evaluators():
    return [politeness]
"""

DUCK = """
class Duck:
    kind = needs = timeout = validate_params = None
    @property
    def name(self):
        1 / 0
"""

ODD_MAPPING = """
from redraft import hookimpl

class Odd(dict):
    def items(self):
        1 / 0

@hookimpl
def redraft_nodes():
    return Odd(a=print)
"""

ASYNC_OBSERVER = """
from redraft import hookimpl

async def see(event):
    pass

@hookimpl
def redraft_observers():
    return {"see": see}
"""

ODD_FILES = """
from pathlib import Path
from redraft import hookimpl

@hookimpl
def redraft_agents():
    return [Path("a/README.md"), Path("a/x.txt")]
"""

# name of a distribution: source, phase of its error, part of the error's message, what it still provides
BROKEN = {
    "raises": ("raise RuntimeError('no luck')", "import", "RuntimeError: no luck", []),
    "exits": ("import sys; sys.exit('bye')", "import", "SystemExit: bye", []),
    "cancels": ("import asyncio; raise asyncio.CancelledError", "import", "CancelledError", []),
    "interrupts": ("raise KeyboardInterrupt", "import", "KeyboardInterrupt", []),
    "interrupts-late": (
        GOOD.replace("return [politeness]", "raise KeyboardInterrupt"),
        "call",
        "KeyboardInterrupt",
        [],
    ),
    "syntax": ("def broken(:", "import", "SyntaxError", []),
    "missing": ("import no_such_module_anywhere", "import", "ModuleNotFoundError", []),
    "misspelled": (
        GOOD.replace("redraft_evaluators", "redraft_evaluator"),
        "hooks",
        "no hook is named 'redraft_evaluator'. Did you mean 'redraft_evaluators'?",
        [],
    ),
    "half": (
        GOOD + "\n@hookimpl\ndef redraft_chekcs():\n    return {}\n",
        "hooks",
        "Did you mean 'redraft_checks'?",
        ["evaluators/politeness"],
    ),
    "arguments": (GOOD.replace("redraft_evaluators()", "redraft_evaluators(config)"), "hooks", "config", []),
    "unmarked": (GOOD.replace("@hookimpl", ""), "hooks", "no hooks", []),
    "calls": (GOOD.replace("return [politeness]", "raise KeyError('x')"), "call", "KeyError: 'x'", []),
    "quits": (GOOD.replace("return [politeness]", "raise SystemExit"), "call", "SystemExit", []),
    "none": (GOOD.replace("return [politeness]", "return None"), "call", "returned nothing (None), not a list", []),
    "single": (GOOD.replace("return [politeness]", "return politeness"), "call", "type Evaluator, not a list", []),
    "string": (GOOD.replace("return [politeness]", "return 'politeness'"), "call", "type str, not a list", []),
    "undecorated": (GOOD.replace("[politeness]", "[lambda draft: 1]"), "call", "decorate it with @evaluator", []),
    "junk": (GOOD.replace("[politeness]", "[7, politeness]"), "call", "type int", ["evaluators/politeness"]),
    "twice": (GOOD.replace("[politeness]", "[politeness, politeness]"), "names", "twice", ["evaluators/politeness"]),
    "duck": (GOOD.replace("[politeness]", "[Duck()]") + DUCK, "call", "type Duck, not an evaluator", []),
    "mapping": (ODD_MAPPING, "call", "ZeroDivisionError", []),
    "waiting": (ASYNC_OBSERVER, "call", "an async function under 'see'; write a plain one", []),
    "suffix": (ODD_FILES, "call", "x.txt, whose name does not end in .md", []),
    "reserved": (
        GOOD.replace('"politeness"', '"coverage"'),
        "names",
        "evaluators/coverage is also brought by redraft; write 'dist-reserved:coverage'",
        ["evaluators/coverage"],
    ),
    "bad-check": (
        "from redraft import hookimpl\n@hookimpl\ndef redraft_checks():\n    return {'enough': 7}\n",
        "call",
        "type int under 'enough', not a function",
        [],
    ),
    "bad-path": (
        "from redraft import hookimpl\n@hookimpl\ndef redraft_agents():\n    return ['agents/x.md']\n",
        "call",
        "type str, not a pathlib.Path",
        [],
    ),
}


def distribute(folder, name, source, *, version="1.2.3", entry_points=None):
    """Put a distribution into a folder, as an installer would leave it."""
    module = f"plugin_{name.replace('-', '_')}"
    (folder / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
    info = folder / f"dist_{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: dist-{name}\nVersion: {version}\n", encoding="utf-8")
    text = entry_points or f"[redraft]\n{name} = {module}\n"
    (info / "entry_points.txt").write_text(text, encoding="utf-8")


def listed(folder, *, ask="None"):
    """Return what a process with that folder on its path finds: the infos by distribution, and what it asked."""
    script = f"""
import json
from dataclasses import asdict
from redraft.plugins import load_plugins
loaded = load_plugins()
registry = loaded.registry
def ask():
    try:
        return {ask}
    except Exception as error:
        return f"{{type(error).__name__}}: {{error}}"
print(json.dumps({{"infos": [asdict(info) for info in loaded.infos], "asked": ask()}}))
"""
    path = os.pathsep.join([str(folder), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    answer = json.loads(done.stdout)
    return {info["distribution"]: info for info in answer["infos"]}, answer["asked"]


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """All broken plugins and a good one beside them, as one process finds them."""
    folder = tmp_path_factory.mktemp("site")
    for name, (source, *_) in BROKEN.items():
        distribute(folder, name, source.replace('"politeness"', f'"{name}"') if name != "reserved" else source)
    distribute(folder, "zz-good", GOOD)
    return listed(folder, ask="registry.evaluator('politeness').name")


def test_a_broken_plugin_is_listed_with_its_error(subtests, everything):
    for name, (_, phase, message, provides) in BROKEN.items():
        with subtests.test(name):
            info = everything[0][f"dist-{name}"]
            assert info["version"] == "1.2.3"
            assert info["error"]["phase"] == phase
            assert message in info["error"]["message"]
            assert "\n" not in info["error"]["message"]
            assert info["provides"] == [what.replace("politeness", name) for what in provides]


def test_everything_else_goes_on(everything):
    infos, politeness = everything
    good = infos["dist-zz-good"]
    assert (good["error"], good["provides"]) == (None, ["evaluators/politeness"])
    assert (infos["redraft"]["error"], "evaluators/coverage" in infos["redraft"]["provides"]) == (None, True)
    assert politeness == "politeness"


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        ("registry.evaluator('dist-one:politeness').name", "politeness"),
        ("registry.evaluator('politeness')", "DefinitionError: 2 plugins bring the evaluator 'politeness'"),
    ],
)
def test_a_name_that_two_plugins_bring(tmp_path, ask, answer):
    distribute(tmp_path, "one", GOOD)
    distribute(tmp_path, "two", GOOD)
    infos, asked = listed(tmp_path, ask=ask)
    assert asked.startswith(answer)
    assert infos["dist-one"]["error"]["message"] == (
        "evaluators/politeness is also brought by dist-two; write 'dist-one:politeness'"
    )
    assert infos["dist-two"]["error"]["phase"] == "names"


def test_an_evaluator_of_a_plugin_that_did_not_load_is_known_but_broken(tmp_path):
    distribute(tmp_path, "one", GOOD + "\nraise RuntimeError('no luck')\n")
    _, asked = listed(tmp_path, ask="registry.evaluator('politeness')")
    assert asked.startswith("PluginError: plugin 'one' (dist-one): did not load: RuntimeError: no luck")


def test_what_a_plugin_prints_while_it_loads_stays_off_stdout(tmp_path):
    distribute(tmp_path, "loud", "print('hello')\n" + GOOD)
    infos, _ = listed(tmp_path)
    assert infos["dist-loud"]["error"] is None


@pytest.mark.parametrize(
    "text", ["[redraft]\nx = no_such_module\n", "[redraft]\nx = json:no_such\n", "[redraft]\nx = \n"]
)
def test_entry_points_that_lead_nowhere(tmp_path, text):
    distribute(tmp_path, "odd", GOOD, entry_points=text)
    infos, _ = listed(tmp_path)
    assert infos["dist-odd"]["error"]["phase"] == "import"


@pytest.mark.parametrize(("file", "content"), [("entry_points.txt", b"\xff\xfe[redraft"), ("METADATA", None)])
def test_a_damaged_distribution_harms_nobody(tmp_path, file, content):
    distribute(tmp_path, "damaged", GOOD)
    distribute(tmp_path, "good", GOOD)
    damaged = tmp_path / "dist_damaged-1.2.3.dist-info" / file
    damaged.unlink() if content is None else damaged.write_bytes(content)
    infos, _ = listed(tmp_path)
    assert "evaluators/politeness" in infos["dist-good"]["provides"]


def test_a_plugin_that_pip_installed(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "redraft_polite.py").write_text(GOOD, encoding="utf-8")
    (project / "pyproject.toml").write_text(
        """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "redraft-polite"
version = "0.3"

[project.entry-points.redraft]
polite = "redraft_polite"

[tool.hatch.build.targets.wheel]
include = ["redraft_polite.py"]
""",
        encoding="utf-8",
    )
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", tmp_path / "site", project], check=True, timeout=120)
    ask = "registry.evaluator('politeness')(__import__('redraft').Draft(text='please'))"
    infos, value = listed(tmp_path / "site", ask=ask)
    assert infos["redraft-polite"] | {"hooks": None} == {
        "name": "polite", "distribution": "redraft-polite", "version": "0.3", "hooks": None,
        "provides": ["evaluators/politeness"], "error": None,
    }  # fmt: skip
    assert value == 1.0


def test_the_built_in_plugin_is_one_and_first():
    loaded = load_plugins()
    builtin = [info for info in loaded.infos if info.distribution == "redraft"]
    assert [info.name for info in builtin] == ["builtin"]
    assert loaded.infos[0] is builtin[0]
    assert builtin[0].error is None


def test_a_blocked_plugin_is_not_loaded():
    assert "redraft" not in {info.distribution for info in load_plugins(blocked=["builtin"]).infos}


def test_every_kind_has_its_hook():
    from redraft import hookspecs

    hooks = {name for name in hookspecs.__all__ if name.startswith("redraft_")}
    assert hooks == {f"redraft_{kind}" for kind in KINDS}
