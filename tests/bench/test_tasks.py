"""Files of tasks: what is read, and how a line that is no task is told."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.bench.json_lines import LONGEST
from redraft.bench.tasks import read_tasks
from redraft.errors import UsageError
from redraft.files import parse_toml
from redraft.graph.loading import load_graph
from redraft.graph.reading import read_graph

SUMS = read_graph(
    "sums",
    parse_toml(
        'redraft = 1\n[task]\nprompt = "{{ question }}"\ninputs = { question = "text", words = "list" }', "sums.toml"
    ),
)
GOOD = '{"inputs": {"question": "2 + 2?", "words": ["two"]}, "truth": {"answer": 4}}'


@pytest.fixture
def read(tmp_path):
    def read(*lines, needs=("answer",), spec=SUMS):
        path = tmp_path / "tasks.jsonl"
        path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
        return read_tasks(path, spec, needs)

    return read


def inputs(**changed):
    given = {"question": "2 + 2?", "words": ["two"]} | changed
    return json.dumps(
        {"inputs": {key: value for key, value in given.items() if value is not ...}, "truth": {"answer": 4}}
    )


def test_a_line_is_a_task_and_its_truth_is_for_oracles_alone(read):
    (row,) = read('{"id": "easy", ' + GOOD[1:]).rows
    assert (row.id, row.line, row.prompt, row.task.prompt) == ("easy", 1, None, "2 + 2?")
    assert row.task.inputs == {"question": "2 + 2?", "words": ["two"]}
    assert row.judged.inputs == {"question": "2 + 2?", "words": ["two"], "answer": 4}


def test_a_graph_with_no_task_of_its_own_takes_a_prompt(read):
    refine = load_graph("refine")
    (row,) = read('{"prompt": "Why is the sky blue?"}', spec=refine, needs=()).rows
    assert (row.prompt, row.task.prompt) == ("Why is the sky blue?", "Why is the sky blue?")
    for line in ("{}", '{"prompt": " "}', '{"prompt": "Why?", "inputs": {"words": "dog"}}'):
        with pytest.raises(UsageError, match="the only line is no task"):
            read(line, spec=refine, needs=())


def test_byte_order_marks_line_ends_and_blank_lines_do_not_matter(read):
    bom = b"\xef\xbb\xbf"
    file = read(bom + GOOD.encode() + b"\r", "\r", "", " \t ", bom, bom + GOOD.encode(), "")
    assert [(row.id, row.line) for row in file.rows] == [("line-1", 1), ("line-6", 6)]
    assert file.broken == ()


BROKEN = [
    ("not JSON", "this is not JSON: expecting value, at character 1", "one JSON object a line"),
    (GOOD[:-1], "this is not JSON: expecting ',' delimiter", "one JSON object a line"),
    (GOOD + GOOD, "this is not JSON: extra data", "one JSON object a line"),
    ("[1]", "a line is an object, not a list", "one JSON object a line"),
    ("3", "a line is an object, not a number", "one JSON object a line"),
    ("null", "a line is an object, not null", "one JSON object a line"),
    ("[" * 100_000, "nested too deeply", "Flatten"),
    ('{"inputs": {"question": NaN}}', "NaN is not a finite number", "Write a number"),
    ('{"inputs": {"question": 1e999}}', "1e999 is not a finite number", "Write a number"),
    ('{"inputs": {"question": ' + "9" * 5000 + "}}", "this is not JSON: Exceeds the limit", "as a text"),
    (GOOD.encode().replace(b"two", b"tw\xff"), "byte 48 of the line is not UTF-8", "Save the file as UTF-8"),
    (GOOD.encode("utf-16"), "not UTF-8", "Save the file as UTF-8"),
    (GOOD.replace("two", r"\ud83d"), r"\ud83d is half of a character", "both halves"),
    (GOOD.replace("two", r"\ude00\ud83d"), r"\ude00 is half of a character", "both halves"),
    ('{"truth": {}, ' + GOOD[1:], "the key 'truth' comes twice", "Keep one"),
    (GOOD.replace('"two"', '{"a": 1, "a": 1}'), "the key 'a' comes twice", "Keep one"),
    (GOOD.replace("inputs", "input"), "there is no key 'input'. Did you mean 'inputs'?", "id, inputs, prompt, truth"),
    (GOOD.replace("truth", "target"), "there is no key 'target'", "id, inputs, prompt, truth"),
    ('{"id": 7, ' + GOOD[1:], "'id' is a text, not a number", 'Write "id": "…"'),
    ('{"id": " ", ' + GOOD[1:], "the id is empty", "Leave it out"),
    ('{"inputs": ["2 + 2?"]}', "'inputs' is an object, not a list", 'Write "inputs": {…}'),
    (GOOD.replace('{"answer": 4}', "true"), "'truth' is an object, not true or false", 'Write "truth": {…}'),
    ('{"prompt": "2 + 2?"}', "graph 'sums' takes no prompt", '"inputs": {"question": "…", "words": ["one", "two"]}'),
    ("{}", "input 'question' of graph 'sums' is missing", 'Add "question": "…" to "inputs"'),
    (inputs(words=...), "input 'words' of graph 'sums' is missing", 'Add "words": ["one", "two"]'),
    (inputs(questoin="?"), "has no input 'questoin'. Did you mean 'question'?", 'Its inputs: {"question": "…"'),
    (inputs(answer=4), "has no input 'answer'", 'Put it into "truth"'),
    (inputs(question=["2 + 2?"]), "input 'question' is a text, not ['2 + 2?']", 'Write "question": "…"'),
    (inputs(question=""), "input 'question' is empty", 'Write "question": "…"'),
    (inputs(words={"two": 2}), "input 'words' is a list", 'Write "words": ["one", "two"]'),
    (inputs(words=[]), "input 'words' is empty", 'Write "words": ["one", "two"]'),
    (GOOD.replace("answer", "answr"), "the truth has no 'answer', only 'answr'", 'add "truth": {"answer": …}'),
    (GOOD.replace('{"answer": 4}', "{}"), "the truth has no 'answer'", 'add "truth": {"answer": …}'),
    (GOOD.replace('"answer"', '"words": 1, "answer"'), "'words' is both an input and the truth", "Keep it in one"),
]


def test_a_broken_line_is_told_with_its_number_and_what_to_do_and_the_rest_is_used(read, subtests):
    for line, what, mend in BROKEN:
        with subtests.test(line=line[:60], what=what):
            file = read(GOOD, "", line, GOOD)
            (broken,) = file.broken
            assert [row.line for row in file.rows] == [1, 4]
            assert str(broken).startswith(f"{file.path}:3: ")
            assert what in broken.what
            assert mend in (broken.mend or "")
            assert len(str(broken).split("\n")) == 2
            assert len(str(broken)) < len(str(file.path)) + 250


def test_only_the_first_of_two_lines_with_one_id_is_used(read):
    file = read('{"id": "a", ' + GOOD[1:], '{"id": "a", ' + GOOD[1:], '{"id": "line-4", ' + GOOD[1:], GOOD)
    assert [row.id for row in file.rows] == ["a", "line-4"]
    assert [broken.what for broken in file.broken] == [
        "the id 'a' is that of line 1 already",
        "the id 'line-4' is that of line 3 already",
    ]


def test_a_line_that_is_too_long_breaks_itself_alone(read):
    longest = GOOD.replace("2 + 2?", "2" * (LONGEST - len(GOOD) + 5))
    file = read(longest, longest + " ", GOOD, longest + " " * 3 * LONGEST)
    assert len(longest) == LONGEST - 1
    assert [row.line for row in file.rows] == [1, 2, 3]
    assert [(broken.line, broken.what) for broken in file.broken] == [(4, "the line is longer than 16 MiB")]


def test_a_file_without_a_task_is_one_clear_error(read, tmp_path):
    with pytest.raises(UsageError, match=r"none of 2 lines is a task; the first: this is not JSON") as caught:
        read("", "one", "two")
    assert caught.value.where == f"{tmp_path / 'tasks.jsonl'}:2"
    with pytest.raises(UsageError, match="the file has no task"):
        read("")


def test_a_file_that_cannot_be_read_is_one_clear_error(tmp_path, subtests):
    for path in (tmp_path, tmp_path / "none.jsonl", tmp_path / "\0"):
        with subtests.test(path=path), pytest.raises(UsageError, match="file"):
            read_tasks(path, SUMS)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40).map(lambda data: data.replace(b"\n", b"")), max_size=4))
def test_whatever_stands_round_them_good_lines_are_read(tmp_path_factory, noise):
    path = tmp_path_factory.mktemp("noise") / "tasks.jsonl"
    path.write_bytes(b"\n".join([*noise, GOOD.encode(), *noise]))
    file = read_tasks(path, SUMS, ["answer"])
    assert [row.line for row in file.rows] == [len(noise) + 1]
    assert {row.line for row in file.rows}.isdisjoint(broken.line for broken in file.broken)
