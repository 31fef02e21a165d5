"""An answer: whatever an evaluator does is told, and survives the way from another process."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.task import Score
from redraft.testing.conformance.answer import Answer, answer_of

ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.lists(st.floats()),
    st.floats(0, 1).map(Score), st.complex_numbers(), st.decimals(), st.fractions(),
)  # fmt: skip


class UnspeakableError(Exception):
    def __str__(self):
        raise RuntimeError


def raising(error):
    def call():
        raise error

    return call


@given(ANYTHING)
def test_whatever_is_returned_is_an_answer_that_can_be_sent_and_told(returned):
    answer = answer_of(lambda: returned)
    again = Answer.from_json(json.loads(json.dumps(answer.to_json())))
    assert repr(again) == repr(answer)
    assert answer.told


TOLD = [
    (lambda: 0.5, "gave 0.5"),
    (lambda: True, "gave 1"),
    (lambda: Score(error="the server is down"), "gave an error: the server is down"),
    (lambda: None, "returned None, not a Score or a number"),
    (lambda: "0.9", "returned a str, not a Score or a number"),
    (raising(SystemExit(1)), "raised SystemExit: 1 (test_answer.py:"),
    (raising(ValueError("it is\nbroken")), "raised ValueError: it is broken (test_answer.py:"),
    (raising(UnspeakableError()), "raised UnspeakableError (test_answer.py:"),
]


def test_what_happened_is_told_in_a_sentence(subtests):
    for call, told in TOLD:
        with subtests.test(told=told):
            assert answer_of(call).told.startswith(told)


def test_who_interrupts_a_test_run_is_heard():
    with pytest.raises(KeyboardInterrupt):
        answer_of(raising(KeyboardInterrupt()))
