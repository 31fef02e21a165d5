"""Values are frozen, refuse what they do not know, and never take an error for a 0."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from redraft.task import Draft, Message, Score, Task, Verdict


def test_a_score_outside_the_unit_interval_is_refused(subtests: pytest.Subtests) -> None:
    for value in [math.nan, math.inf, -0.1, 1.1, 7]:
        with subtests.test(value=value), pytest.raises(ValidationError, match="finite number from 0 to 1"):
            Score(value)


def test_a_score_has_a_value_or_an_error_never_both_or_none() -> None:
    for wrong in ({}, {"value": 1.0, "error": "down"}):
        with pytest.raises(ValidationError, match="either a value or an error"):
            Score(**wrong)


def test_values_are_frozen_and_refuse_unknown_fields() -> None:
    with pytest.raises(ValidationError):
        Draft(text="a").text = "b"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Draft(text="a", colour="red")  # type: ignore[call-arg]


def test_a_task_has_a_one_turn_form() -> None:
    task = Task.model_validate({"prompt": "Why?"})
    assert task.messages == (Message(role="user", content="Why?"),)
    assert task.prompt == "Why?"


def test_a_verdict_weighs_the_scores_present() -> None:
    verdict = Verdict(
        scores=(
            Score(1.0, evaluator="a", weight=3.0),
            Score(0.0, evaluator="b", weight=1.0, reasons=["no"]),
            Score(evaluator="c", weight=5.0, error="down"),
            Score(1.0, evaluator="gate", gate=True),
        )
    )
    assert verdict.value == 0.75
    assert not verdict.complete
    assert verdict.gates_failed == ()
    assert verdict.reasons == ("no",)


def test_no_score_no_value() -> None:
    assert Verdict().value is None
    assert Verdict(scores=(Score(evaluator="c", error="down"),)).value is None


scores = st.builds(
    lambda value, weight, gate: (
        Score(value, evaluator="e", weight=weight, gate=gate)
        if value is not None
        else Score(evaluator="e", error="down", weight=weight, gate=gate)
    ),
    st.one_of(st.none(), st.floats(0, 1)),
    st.floats(0, 1e6),
    st.booleans(),
)


@given(st.lists(scores, max_size=6))
def test_a_verdicts_value_is_always_in_the_unit_interval(made: list[Score]) -> None:
    value = Verdict(scores=tuple(made)).value
    assert value is None or 0 <= value <= 1


@given(st.lists(scores, max_size=4), st.lists(scores, max_size=4))
def test_an_unpassed_gate_always_ranks_below_passed_ones(one: list[Score], two: list[Score]) -> None:
    failing = Verdict(scores=(*one, Score(0.0, evaluator="g", gate=True)))
    passing = Verdict(scores=tuple(s for s in two if not s.gate))
    assert failing.rank < passing.rank
