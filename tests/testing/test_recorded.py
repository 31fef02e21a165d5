"""Inputs that record who is read: no way around."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redraft.testing import make_task
from redraft.testing.conformance.recorded import recording

ONE = [
    lambda inputs: inputs["words"],
    lambda inputs: inputs.get("words"),
    lambda inputs: "words" in inputs,
]
ALL = [
    list,
    dict,
    len,
    sorted,
    lambda inputs: list(inputs.items()),
    lambda inputs: list(inputs.values()),
    lambda inputs: list(inputs.keys()),
    lambda inputs: {**inputs},
    lambda inputs: inputs | {},
    lambda inputs: inputs.copy(),
]


def test_each_way_to_read_one_input_is_seen(subtests):
    for read in ONE:
        with subtests.test(read=read):
            task, inputs = recording(make_task(words=["dog"], style="x"))
            read(task.inputs)
            assert inputs.read == {"words"}


def test_each_way_to_read_all_inputs_is_seen(subtests):
    for read in ALL:
        with subtests.test(read=read):
            task, inputs = recording(make_task(words=["dog"], style="x"))
            read(task.inputs)
            assert inputs.read == ({"words", "style"} if read is not len else set())


def test_what_is_asked_for_and_not_there_is_seen():
    task, inputs = recording(make_task())
    assert task.inputs.get("style", 7) == 7
    assert inputs.read == {"style"}


@given(st.dictionaries(st.text(min_size=1), st.integers()))
def test_recording_changes_nothing(given_inputs):
    task = make_task().model_copy(update={"inputs": given_inputs})
    recorded, _ = recording(task)
    assert recorded == task
    assert dict(recorded.inputs) == given_inputs
