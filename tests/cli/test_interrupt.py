"""Ctrl-C and SIGTERM while a run is under way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from redraft.errors import ExitCode

# Nobody writes a sentence of no word that repeats nothing: this run ends after a thousand rounds.
ENDLESS = """
redraft = 1
extends = "sentence"
[nodes.evaluate]
evaluators = { coverage = 1.0, length = { weight = 1.0, max_words = 1 } }
[stop]
plateau = false
oscillation = false
fixpoint = false
regression = false
rounds = 1000
tokens = 1_000_000
"""
SLEEPER = """
import time
from redraft import evaluator, hookimpl

@evaluator("sleeper")
def sleeper(draft):
    time.sleep(600)

@hookimpl
def redraft_evaluators():
    return [sleeper]
"""


@pytest.fixture
def start(environment, project):
    (project / "graphs").mkdir()
    (project / "graphs" / "endless.toml").write_text(ENDLESS)
    started = []

    def begin(*arguments, **env):
        command = [sys.executable, "-m", "redraft", "run", "-g", "endless", "-i", "words=dog,park", *arguments]
        process = subprocess.Popen(
            command,
            env=environment | env,
            cwd=project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def wait_for(process, text):
    for line in process.stderr:
        if text in line:
            return
    pytest.fail(f"'{text}' never came")


def interrupted(process, number):
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert time.monotonic() - began < 1.0
    assert process.returncode == ExitCode.INTERRUPTED
    assert "Traceback" not in err
    return out, err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_best_draft_so_far_is_handed_over(start, number):
    process = start()
    wait_for(process, "draft 1")
    out, err = interrupted(process, number)
    assert len(out.splitlines()) == 1
    assert "✗ interrupted" in err


def test_the_json_so_far_is_handed_over(start):
    process = start("--json")
    wait_for(process, "draft 1")
    out, _ = interrupted(process, signal.SIGINT)
    run = json.loads(out)
    assert run["stop"]["check"] == "interrupted"
    assert run["drafts"][0]["text"]
    assert run["answer"]


def test_before_the_first_draft_there_is_json_all_the_same(start):
    process = start("--json")
    wait_for(process, "endless")
    out, _ = interrupted(process, signal.SIGTERM)
    assert json.loads(out)["stop"]["check"] == "interrupted"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_while_it_waits_for_its_prompt_it_leaves_at_once(environment, project, number):
    master, slave = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "redraft", "run", "-m", "embedded", "--json", "-"],
        env=environment,
        cwd=project,
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(process, "redraft.runs.run")
    out, _ = interrupted(process, number)
    assert json.loads(out)["stop"]["check"] == "interrupted"
    assert json.loads(out)["drafts"] == []
    os.close(master)
    os.close(slave)


def test_an_evaluator_that_hangs_does_not_hold_it(start, tmp_path):
    info = tmp_path / "site" / "sleeper-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sleeper\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[redraft]\nsleeper = sleeper\n")
    (tmp_path / "site" / "sleeper.py").write_text(SLEEPER)
    path = os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])
    process = start("-e", "sleeper", PYTHONPATH=path)
    wait_for(process, "draft 0")
    wait_for(process, "│")
    out, err = interrupted(process, signal.SIGINT)
    assert out.strip()
    assert "✗ interrupted" in err


def test_a_signal_that_the_parent_ignores_stays_ignored(environment, project):
    code = (
        "import signal\nfrom redraft.cli.interrupt import ending\n"
        "with ending(lambda: None):\n print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    )
    script = f"trap '' INT; {sys.executable} -c '{code}'"
    done = subprocess.run(
        ["bash", "-c", script], env=environment, cwd=project, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"


PROBE = """
import sys
from redraft.cli.selection import _stdout_kept

said = 0

def probe(frame, event, _):
    global said
    if frame.f_code.co_name == "_stdout_kept":
        said += 1
        sys.stdout.write(".")
        sys.stdout.flush()
        return probe

sys.settrace(probe)
with _stdout_kept():
    pass
sys.settrace(None)
sys.stderr.write(str(said))
"""


def test_last_words_reach_stdout_at_every_line_of_taking_its_descriptor_away():
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert int(done.stderr) > 10
    assert done.stdout == "." * int(done.stderr)
