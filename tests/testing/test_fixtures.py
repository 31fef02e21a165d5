"""The pytest plugin: there where redraft is installed, and a burden nowhere."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import entry_points

from redraft.testing import fixtures, run_scripted

TEST = """
def test_it(redraft):
    assert redraft.__name__ == "run_scripted"
"""


def pytest_in(folder, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(TEST, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:asyncio",
        "-W",
        "error",
        *options,
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_entry_point_names_the_plugin():
    assert [point.value for point in entry_points(group="pytest11", name="redraft")] == [fixtures.__name__]


def test_other_peoples_tests_have_the_fixture_and_can_do_without_it(tmp_path):
    assert "1 passed" in pytest_in(tmp_path).stdout
    without = pytest_in(tmp_path, "-p", "no:redraft")
    assert "fixture 'redraft' not found" in without.stdout


def test_the_fixture_runs_a_graph():
    assert fixtures.redraft.__wrapped__() is run_scripted


def test_loading_the_plugin_imports_nothing_heavy():
    code = "import sys, pytest, json; before = set(sys.modules); import redraft.testing.fixtures;"
    code += "print(json.dumps(sorted(set(sys.modules) - before)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == ["redraft", "redraft.testing", "redraft.testing.fixtures"]


def test_the_kit_needs_no_pytest():
    code = "import sys; sys.modules['pytest'] = None; from redraft.testing import *; print('ok')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "ok\n"
