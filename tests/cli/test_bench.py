"""`redraft bench`, as a person or a script calls it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest

from redraft.bench.report import BenchReport
from redraft.schemas import load_schema
from tests.bench.conftest import NEVER, Heard
from tests.cli.measuring import graph_in, keys_without_a_row, lines, require_one_message

DOCS = (Path(__file__).parents[2] / "docs" / "bench.md").read_text(encoding="utf-8")
FEWER = "[stop]\nrounds = 3\n"
WORDS = [
    ["dog", "ball", "park"],
    ["zeugma", NEVER, "dog"],
    ["girl", "drink", "juice"],
    [NEVER, "xylophone", "run"],
]


@pytest.fixture
def graph(project):
    """The graph `mine` with four tasks."""
    return graph_in(project, WORDS, FEWER)


@pytest.fixture
def bench(redraft, graph):
    """`redraft bench mine`, with time for a busy machine: several processes load redraft."""
    return lambda *options: redraft("bench", "mine", *options, timeout=300)


def cache_of(environment) -> Path:
    return Path(environment["HOME"]) / ".cache" / "redraft" / "bench"


def kept(environment) -> list[dict]:
    return [json.loads(line) for file in cache_of(environment).glob("mine-*/*.jsonl") for line in whole(file)]


def whole(file: Path) -> list[bytes]:
    return [line for line in file.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]


def test_it_prints_tables_on_stdout_and_progress_on_stderr(bench):
    done = bench("--seeds", "1")
    assert done.returncode == 0, done.stderr
    for title in ("Right drafts", "ahead of rivals", "costs a task", "What a revision does", "Advice"):
        assert title in done.stdout
    assert re.search(r"runs: 4 of 4, [\d,]+ tokens/s", done.stderr)


def test_json_is_one_object_of_the_documented_schema(bench, environment):
    done = bench("--seeds", "2", "--n", "2", "--json")
    report = json.loads(done.stdout)
    jsonschema.Draft202012Validator(load_schema("bench")).validate(report)
    assert BenchReport.model_validate_json(done.stdout).model_dump(mode="json") == report
    assert report["made"] == report["runs"] == len(kept(environment))
    again = json.loads(bench("--seeds", "2", "--n", "2", "--json").stdout)
    assert again["made"] == 0
    assert again["graphs"] == report["graphs"]


def test_two_processes_make_what_one_makes(bench, environment, inside, embedded):
    assert bench("--seeds", "1").returncode == 0
    beside = {(run["task"], run["method"]): run["drafts"] for run in kept(environment)}
    for file in cache_of(environment).glob("**/*.jsonl"):
        file.unlink()
    from redraft.bench.benching import bench as measure
    from redraft.bench.subject import Asked, Place
    from redraft.files import project_dir
    from redraft.plugins import load_plugins

    measure(Asked(["mine"], seeds=1), Place(project_dir(), load_plugins(), load_plugins), Heard(), engine=embedded)
    assert {(run["task"], run["method"]): run["drafts"] for run in kept(environment)} == beside


def test_after_a_kill_it_goes_on_where_it_was(bench, graph, environment, project):
    words = [[w, NEVER, *rest[:2]] for w in ("zeugma", "quark", "xylophone") for rest in WORDS if NEVER not in rest]
    graph.with_suffix(".jsonl").write_text(lines(words), encoding="utf-8")
    command = [sys.executable, "-m", "redraft", "bench", "mine", "--seeds", "1", "--json"]
    with subprocess.Popen(
        command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as first:
        ends = time.monotonic() + 240
        while len(kept(environment)) < 5 and first.poll() is None and time.monotonic() < ends:
            time.sleep(0.02)
        first.kill()
        first.communicate()
    before = len(kept(environment))
    assert before >= 5
    report = json.loads(bench(*command[5:]).stdout)
    assert 0 < report["made"] <= report["runs"] - before
    assert report["graphs"][0]["tasks"] == len(words)


def test_ctrl_c_leaves_what_was_made_and_no_process(graph, environment, project):
    command = [sys.executable, "-m", "redraft", "bench", "mine", "--seeds", "100"]
    with subprocess.Popen(
        command, cwd=project, env=environment, stderr=subprocess.PIPE, start_new_session=True
    ) as running:
        ends = time.monotonic() + 240
        while not kept(environment) and running.poll() is None and time.monotonic() < ends:
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert b"Traceback" not in said
    assert kept(environment)
    ends = time.monotonic() + 10
    while alive(running.pid) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not alive(running.pid)


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_other_tasks_may_be_given_and_a_broken_line_is_named(inside, graph, project):
    data = project / "other.jsonl"
    data.write_text('{"inputs": {"words": ["dog", "run"]}}\n{"inputs": {"wrods": ["dog"]}}\n', encoding="utf-8")
    done = inside("bench", "mine", "--data", "other.jsonl", "--seeds", "1", "--json")
    assert done.returncode == 0, done.stderr
    assert "other.jsonl:2: graph 'mine' has no input 'wrods'. Did you mean 'words'?" in done.stderr
    assert json.loads(done.stdout)["graphs"][0]["broken"] == [2]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "GRAPH"),
        (["refine"], 2, "graph 'refine' does not say what is right"),
        (["mine", "--data", "none.jsonl"], 2, "none.jsonl"),
        (["mine", "--n", "0"], 2, "--n"),
        (["mine", "--plot", "picture.txt"], 2, "says no format"),
        (["mien"], 4, "Did you mean 'mine'?"),
        (["mine", "-m", "nothing.gguf"], 5, "nothing.gguf"),
    ],
    ids=str,
)
def test_what_cannot_be_done_has_its_exit_code_and_one_message(inside, graph, arguments, code, said):
    if "--plot" in arguments and find_spec("matplotlib") is None:
        said = "pip install 'redraft[plot]'"
    require_one_message(inside("bench", *arguments), code, said)


def test_a_picture_needs_matplotlib_and_says_how_to_have_it(inside, graph, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("redraft.bench.drawing.find_spec", lambda _: None)
    done = inside("bench", "mine", "--plot", "picture.png")
    assert done.returncode == 2
    assert "matplotlib is not installed\n  Install it: pip install 'redraft[plot]'" in done.stderr


def test_a_picture_is_drawn(inside, graph, project):
    pytest.importorskip("matplotlib")
    assert inside("bench", "mine", "--n", "2", "--seeds", "1", "--plot", "picture.png").returncode == 0
    assert (project / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_every_key_of_a_report_has_its_row():
    section = DOCS.partition("## As JSON")[2].partition("## From Python")[0]
    assert not keys_without_a_row(load_schema("bench"), section)
