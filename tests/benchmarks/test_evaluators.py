"""`python -m benchmarks.evaluators` prints a row for each figure, and says whether its demand is met."""

from __future__ import annotations

import json
import sys

import pytest

from benchmarks.evaluators import __main__ as command
from benchmarks.evaluators.row import Row


def test_a_row_meets_its_demand_where_it_has_drafts_and_reaches_it(subtests):
    for n, agreement, least, met in [
        (9, 0.9, 0.9, True),
        (9, 0.8, 0.9, False),
        (0, 1.0, 0.0, False),
        (1, 0.0, 0.0, True),
    ]:
        with subtests.test(n=n, agreement=agreement, least=least):
            assert Row("name", n, agreement, "what", least).met is met


@pytest.fixture
def data(tmp_path):
    pytest.importorskip("redraft_text")
    (tmp_path / "acronyms.tsv").write_text(
        "Acronym\tTitle\nAAAI\tAssociation for the Advancement of Artificial Intelligence\n"
        "OPEC\tOrganization of the Petroleum Exporting Countries\nMRT\tMass Rapid Transit\n"
        "TIALD\tThermal Imaging and Airborne Laser Designation\nSOGAT\tSociety of Graphical and Allied Trades\n",
        encoding="utf-8",
    )
    (tmp_path / "commongen_hard.jsonl").write_text(
        '{"concepts": ["dog", "throw", "park", "child"]}\n', encoding="utf-8"
    )
    question = {"input": "A robe takes two bolts of blue fiber. How many bolts does it take in total?", "target": 2}
    (tmp_path / "gsm8k_test.jsonl").write_text(json.dumps(question) + "\n", encoding="utf-8")
    return tmp_path


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["evaluators", *map(str, arguments)])
    return command.main()


def test_measures_on_the_data_that_it_is_given(data, monkeypatch, capsys):
    assert run(monkeypatch, "--data", data, "--only", "text", "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"acronym", "language", "lemmas", "order"} <= {row["name"] for row in rows}
    assert all(row["met"] for row in rows)


def test_a_demand_that_is_not_met_is_said_and_ends_in_1(tmp_path, monkeypatch, capsys):
    def rows(_name, _data):
        yield Row("good", 1, 1.0, "all", least=1.0)
        yield Row("poor", 2, 0.5, "half", least=0.9)

    monkeypatch.setattr(command, "rows", rows)
    assert run(monkeypatch, "--data", tmp_path, "--only", "text") == 1
    lines = capsys.readouterr().out.splitlines()
    assert "NOT MET" not in lines[0]
    assert "NOT MET: half" in lines[1]


def test_a_folder_that_is_not_there_is_said(tmp_path, monkeypatch, capsys):
    with pytest.raises(SystemExit):
        run(monkeypatch, "--data", tmp_path / "none")
    assert "is no folder" in capsys.readouterr().err
