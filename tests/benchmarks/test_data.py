"""Published data sets become tasks; these files are written by hand in their formats."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.data import acronyms, commongen_hard, gsm8k
from benchmarks.data.__main__ import NAMES, main
from redraft.bench.tasks import Broken, read_tasks
from redraft.graph.loading import load_graph

PUBLISHED = {
    "question": "Ann buys 3 pens at $2. How much does she pay?",
    "answer": "She pays 3*2=$<<3*2=6>>6.\nWith tax 6+1=$<<6+1=7>>7.\n#### 7",
}
SELF_REFINE = {"input": "Ann buys 3 pens at $2. How much does she pay?", "target": 6}


@pytest.fixture
def tasks(tmp_path):
    def tasks(source, *lines):
        file = tmp_path / "data"
        texts = [json.dumps(line) if isinstance(line, dict) else line for line in lines]
        file.write_bytes(b"\n".join(text.encode() if isinstance(text, str) else text for text in texts))
        return list(source.tasks(file))

    return tasks


def test_gsm8k_as_openai_publishes_it(tasks):
    assert tasks(gsm8k, PUBLISHED) == [
        {
            "id": "gsm8k-1",
            "inputs": {"question": PUBLISHED["question"]},
            "truth": {"answer": 7, "solution": "She pays 3*2=$6.\nWith tax 6+1=$7."},
        }
    ]


def test_gsm8k_as_self_refine_has_it(tasks):
    assert tasks(gsm8k, SELF_REFINE) == [
        {"id": "gsm8k-1", "inputs": {"question": SELF_REFINE["input"]}, "truth": {"answer": 6}}
    ]


NUMBERS = [("70,000", 70000), ("-3", -3), ("$18", 18), ("2.50", 2.5), ("1,234,567", 1234567), (3.0, 3), ("18.", 18)]


def test_answers_are_numbers_however_they_are_written(tasks, subtests):
    for written, number in NUMBERS:
        with subtests.test(written=written):
            (task,) = tasks(gsm8k, SELF_REFINE | {"target": written})
            assert repr(task["truth"]["answer"]) == repr(number)


@given(st.integers(-(10**12), 10**12))
def test_any_whole_number_is_read_as_it_is(number):
    answer = gsm8k._task({"question": "How many?", "answer": f"Some.\n#### {number:,}"})["truth"]["answer"]
    assert answer == number


BROKEN = [
    (gsm8k, "{", "this is not JSON"),
    (gsm8k, {"question": "How many?"}, "the line has no 'answer'; it has 'question'"),
    (gsm8k, {}, "the line has no 'question'; it is empty"),
    (gsm8k, PUBLISHED | {"question": " "}, "'question' is empty"),
    (gsm8k, PUBLISHED | {"question": 3}, "'question' is a text, not a number"),
    (gsm8k, PUBLISHED | {"answer": "It is 7."}, "the answer does not end in a line '#### NUMBER'"),
    (gsm8k, PUBLISHED | {"answer": "#### seven"}, "the answer 'seven' is no number"),
    (gsm8k, PUBLISHED | {"answer": "#### 7\nand more"}, "the answer does not end in a line"),
    (gsm8k, SELF_REFINE | {"target": True}, "the answer is a number, not true or false"),
    (gsm8k, SELF_REFINE | {"target": "1,2"}, "the answer '1,2' is no number"),
    (commongen_hard, {"words": ["dog"]}, "the line has no 'concepts'; it has 'words'"),
    (commongen_hard, {"concepts": "dog"}, "'concepts' is a list, not a text"),
    (commongen_hard, {"concepts": []}, "'concepts' is empty"),
    (commongen_hard, {"concepts": ["dog", 3]}, "a concept is a word, not 3"),
    (commongen_hard, {"concepts": ["dog", " "]}, "a concept is a word, not ' '"),
    (acronyms, "RADAR", "the line has no 'Title'"),
    (acronyms, "\tRadio Detection And Ranging", "'Acronym' is empty"),
    (acronyms, b"RADAR\tRadio Det\xffection", "byte 16 of the line is not UTF-8"),
]
GOOD = {
    gsm8k: PUBLISHED,
    commongen_hard: {"concepts": ["dog", "throw"]},
    acronyms: "SONAR\tSound Navigation And Ranging",
}


def test_a_broken_line_is_told_with_its_number_and_the_rest_goes_on(tasks, subtests):
    for source, line, what in BROKEN:
        with subtests.test(source=source.__name__, line=line):
            head = ["Acronym\tTitle"] if source is acronyms else [GOOD[source]]
            found = tasks(source, *head, line, "", GOOD[source])
            (broken,) = [one for one in found if isinstance(one, Broken)]
            assert broken.line == 2
            assert what in broken.what
            assert found[-1]["id"].endswith("-4")


def test_columns_are_found_by_their_names_and_line_ends_do_not_matter(tasks):
    found = tasks(acronyms, "\ufeffNo.\tTitle\tAcronym\r", "1\tSound Navigation And Ranging\tSONAR\r")
    assert found == [
        {"id": "acronyms-2", "inputs": {"title": "Sound Navigation And Ranging"}, "truth": {"acronym": "SONAR"}}
    ]


NEEDS = {gsm8k: ["answer"], commongen_hard: [], acronyms: ["acronym"]}


def test_the_graphs_read_what_is_written(tmp_path, monkeypatch, capsys, subtests):
    pytest.importorskip("redraft_qa")
    pytest.importorskip("redraft_text")
    monkeypatch.chdir(tmp_path)
    for name, source in zip(NAMES, (acronyms, commongen_hard, gsm8k), strict=True):
        with subtests.test(name=name):
            head = "Acronym\tTitle\n" if source is acronyms else ""
            lines = [GOOD[source] if isinstance(GOOD[source], str) else json.dumps(GOOD[source])] * 2
            (tmp_path / "raw").write_text(head + "\n".join([*lines, "{"]), encoding="utf-8")
            assert main([name, "raw"]) == 0
            file = read_tasks(tmp_path / f"{name}.jsonl", load_graph(source.GRAPH), NEEDS[source])
            assert (len(file.rows), file.broken) == (2, ())
            told = capsys.readouterr().err
            assert f"raw:{3 + bool(head)}: " in told
            assert f"{name}.jsonl: 2 tasks for the graph {source.GRAPH}; broken lines: 1" in told


def test_a_file_without_a_task_and_one_that_is_its_own_source_are_refused(tmp_path, capsys):
    raw = tmp_path / "raw.jsonl"
    raw.write_text('{"answer": 3}\n', encoding="utf-8")
    assert main(["gsm8k", str(raw), str(tmp_path / "out.jsonl")]) == 2
    assert "no line is a task" in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()
    assert main(["gsm8k", str(raw), str(raw)]) == 2
    assert main(["acronyms", str(raw), str(tmp_path / "out.jsonl")]) == 2
    assert "the first line has no 'Acronym'" in capsys.readouterr().err
    assert main(["gsm8k", str(tmp_path / "none.jsonl")]) == 2
    raw.write_text(json.dumps(SELF_REFINE), encoding="utf-8")
    assert main(["gsm8k", str(raw), str(tmp_path / "no" / "out.jsonl")]) == 2
    assert "the tasks cannot be written" in capsys.readouterr().err


def test_the_bench_is_run_with_what_follows(tmp_path, capfd):
    raw, out = tmp_path / "raw.jsonl", tmp_path / "out.jsonl"
    raw.write_text(json.dumps(SELF_REFINE), encoding="utf-8")
    assert main(["gsm8k", str(raw), str(out), "--bench", "--model", "no-such-model"]) == 5
    assert "no-such-model" in capfd.readouterr().err
