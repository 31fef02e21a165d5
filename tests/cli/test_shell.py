from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from redraft import __version__
from redraft.errors import ExitCode
from tests.runs.documented import KEYS

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("langgraph", "llama_cpp", "langchain_core", "networkx", "numpy", "torch", "pydantic")


def plugin(folder: Path, code: str) -> dict[str, str]:
    """Install a distribution that brings one command, and return the environment that sees it."""
    info = folder / "parrot-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: parrot\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[redraft.commands]\nparrot = parrot:command\n")
    (folder / "parrot.py").write_text(code)
    return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


def test_help_is_quick(redraft):
    took = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        redraft("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Time on the CPU: what a person waits on a machine that does nothing else.
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(took) < 0.3


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom redraft.cli.shell import call\ncall(['--help'])\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_help_names_every_command(redraft):
    text = redraft("--help").stdout
    for name in ("run", "agents", "graphs", "evaluators", "plugins", "models", "check", "doctor"):
        assert re.search(rf"^  {name} ", text, re.MULTILINE)


def test_the_version_is_printed(redraft):
    assert redraft("--version").stdout == f"redraft {__version__}\n"


SLIPS = [
    (["rn"], "No such command 'rn'. Did you mean 'run'?"),
    (["run", "--round", "3"], "--rounds"),
    (["run", "--rounds", "-1"], "--rounds"),
    (["run", "--rounds", "1001"], "--rounds"),
    (["run", "--seed", "x"], "--seed"),
    (["agents", "shwo", "critic"], "shwo"),
    (["run", "one", "two"], "two"),
    (["run", "-i", "words"], "NAME=VALUE"),
]


def test_a_slip_is_one_message_and_exit_code_2(subtests, redraft):
    for arguments, said in SLIPS:
        with subtests.test(arguments=arguments):
            done = redraft(*arguments)
            assert done.returncode == ExitCode.USAGE
            assert done.stdout == ""
            assert done.stderr.startswith("redraft: ")
            assert said in done.stderr
            assert len(done.stderr.splitlines()) <= 5


def test_a_slip_with_escapes_is_not_echoed_raw(redraft):
    for arguments in (["\x1b[2J"], ["run", "--\x1b[2J"], ["run", "-i", "\x1b[2J"], ["run", "--rounds", "\x1b[2J"]):
        assert "\x1b" not in redraft(*arguments).stderr


def test_debug_may_stand_anywhere_and_brings_the_traceback(redraft):
    for arguments in (["--debug", "run", "-i", "words"], ["run", "-i", "words", "--debug"]):
        done = redraft(*arguments)
        assert done.returncode == ExitCode.USAGE
        assert "Traceback" in done.stderr
    assert "Traceback" not in redraft("run", "-i", "words").stderr


def test_a_failed_run_is_json_with_the_same_keys(redraft):
    done = redraft("run", "-i", "words", "--json")
    assert done.returncode == ExitCode.USAGE
    run = json.loads(done.stdout)
    assert list(run) == KEYS
    assert run["stop"]["check"] == "error"
    assert "NAME=VALUE" in run["stop"]["detail"]


def test_a_plugin_brings_a_command_that_help_does_not_import(redraft, tmp_path):
    env = plugin(tmp_path / "site", "print('imported')\ndef command(word: str = 'hello'):\n    print(word)\n")
    shown = redraft("--help", env=env).stdout
    assert re.search(r"^  parrot +From parrot\.$", shown, re.MULTILINE)
    assert "imported" not in shown
    assert redraft("parrot", "--word", "hi", env=env).stdout == "imported\nhi\n"


def test_a_typer_app_is_a_command_too(redraft, tmp_path):
    code = "import typer\ncommand = typer.Typer()\n@command.command()\ndef one():\n    print(1)\n"
    code += "@command.command()\ndef two():\n    raise typer.Exit(2)\n"
    env = plugin(tmp_path / "site", code)
    assert redraft("parrot", "one", env=env).stdout == "1\n"
    assert redraft("parrot", "two", env=env).returncode == 2


def test_a_broken_plugin_command_is_exit_code_6_and_harms_nothing_else(redraft, tmp_path):
    env = plugin(tmp_path / "site", "raise RuntimeError('no \\x1b[2J feathers')")
    done = redraft("parrot", env=env)
    assert done.returncode == ExitCode.PLUGIN
    assert "parrot (parrot:command)" in done.stderr
    assert "RuntimeError: no \\x1b[2J feathers" in done.stderr
    assert redraft("--help", env=env).returncode == ExitCode.DONE


def test_an_unexpected_error_is_exit_code_3_and_two_lines(redraft, tmp_path):
    env = plugin(tmp_path / "site", "def command():\n    return 1 / 0\n")
    done = redraft("parrot", env=env)
    assert done.returncode == ExitCode.INTERNAL
    assert done.stderr.startswith("redraft: unexpected ZeroDivisionError: division by zero\n")
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_failure(environment):
    command = f"{sys.executable} -m redraft run --help | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
    assert done.stderr == ""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_matter(environment, closed):
    command = f"{sys.executable} -m redraft --version {closed}"
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
