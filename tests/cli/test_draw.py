"""`redraft graphs draw`: files, formats, runs, and what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from redraft.cli.draw import ENDS, Form
from redraft.errors import ExitCode
from redraft.graph.draw import Format

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@pytest.fixture
def run_json(project):
    made = {
        "graph": "sentence", "model": "embedded", "best": 1, "stop": {"check": "score", "detail": "good enough"},
        "path": ["generator", "evaluate", "critic", "reviser", "evaluate"],
        "drafts": [
            {"index": 0, "round": 0, "value": 0.5, "gates_failed": ["artefact"]},
            {"index": 1, "round": 1, "value": 1.0, "gates_failed": []},
        ],
    }  # fmt: skip

    def write(**other):
        (project / "run.json").write_text(json.dumps(made | other))
        return "run.json"

    return write


def test_pictures_in_the_documents_are_what_the_command_makes(subtests, inside, project):
    for file in PICTURES.glob("*.svg"):
        with subtests.test(file=file.name):
            assert inside("graphs", "draw", file.stem, "--out", "made.svg").returncode == ExitCode.DONE
            assert (project / "made.svg").read_bytes() == file.read_bytes()


def test_the_name_of_the_file_says_the_format(inside, project):
    inside("graphs", "draw", "refine", "--out", "a.mmd")
    assert (project / "a.mmd").read_text().startswith("flowchart TD")
    inside("graphs", "draw", "refine", "--out", "a.svg", "--format", "ascii")
    assert "╭" in (project / "a.svg").read_text(encoding="utf-8")
    assert "critic" in inside("graphs", "draw", "refine").stdout


def test_every_format_is_one_of_the_command_and_has_an_ending_that_is_documented(subtests):
    assert set(get_args(Form)) == set(get_args(Format)) == set(ENDS.values())
    page = (PICTURES.parent / "draw.md").read_text(encoding="utf-8")
    for end in ENDS:
        with subtests.test(end=end):
            assert f"`{end}`" in page


def test_a_run_is_drawn_on_its_graph(inside, run_json):
    shown = inside("graphs", "draw", "sentence", "--run", run_json()).stdout
    assert "evaluate 2×" in shown
    assert "critic 1×" in shown
    assert "ended: score" in shown
    assert "0.50, fails artefact" in shown
    assert "1.00, the answer" in shown
    assert "┃" in shown
    svg = inside("graphs", "draw", "sentence", "--run", run_json(), "--format", "svg").stdout
    assert svg.count('class="line taken"') == 6
    assert svg.count('class="line left"') == 1


def test_a_run_that_broke_off_says_so_where_it_was(inside, run_json):
    stop = {"check": "error", "detail": "the model is gone"}
    shown = inside("graphs", "draw", "sentence", "--run", run_json(stop=stop, path=["generator"], drafts=[], best=None))
    lines = shown.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "ended: error" in line)
    assert "generator" in lines[at - 2]


def test_what_is_wrong_is_one_message(subtests, inside, project, run_json):
    (project / "no.json").write_text("[1, 2")
    (project / "list.json").write_text("[]")
    cases = [
        (["sentnce"], ExitCode.DEFINITION, "Did you mean 'sentence'?"),
        (["refine", "--out", "nowhere/a.svg"], ExitCode.USAGE, "cannot be written"),
        (["refine", "--out", "a.gif"], ExitCode.USAGE, "says no format"),
        (["refine", "--run", "none.json"], ExitCode.USAGE, "cannot be read"),
        (["refine", "--run", "no.json"], ExitCode.USAGE, "it is no JSON"),
        (["refine", "--run", "list.json"], ExitCode.USAGE, "it is no run"),
        (["refine", "--run", run_json()], ExitCode.USAGE, "of graph 'sentence', not of 'refine'"),
    ]
    for arguments, code, message in cases:
        with subtests.test(arguments=arguments):
            done = inside("graphs", "draw", *arguments)
            assert done.returncode == code
            assert message in done.stderr
            assert len(done.stderr.splitlines()) <= 5
            assert done.stdout == ""
    with subtests.test("a node that is gone"):
        done = inside("graphs", "draw", "sentence", "--run", run_json(path=["ghost"]))
        assert "which graph 'sentence' does not have" in done.stderr
