"""When to loop: what one measured round advises, and whether a loop was worth it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.bench.advice import LEAST_TASKS, WORTH, advised, gained, halves
from redraft.bench.intervals import Interval


def between(low: float, high: float) -> Interval:
    return Interval(value=(low + high) / 2, low=low, high=high, cases=90)


@pytest.mark.parametrize(
    ("low", "high", "advice"),
    [
        (0.01, 0.2, "loop"),
        (0.001, 0.01, "loop"),
        (0.0, 0.2, "undecided"),
        (-0.05, 0.05, "undecided"),
        (-0.05, 0.01, "do not loop"),
        (-0.2, -0.1, "do not loop"),
        (0.0, 0.0, "do not loop"),
        (0.0, WORTH, "undecided"),
    ],
)
def test_the_advice_follows_from_the_gain_of_one_round(low, high, advice):
    assert advised(between(low, high), 100) == advice


def test_few_tasks_advise_nothing():
    assert advised(between(0.5, 0.6), LEAST_TASKS - 1) == "undecided"
    assert advised(between(0.5, 0.6), LEAST_TASKS) == "loop"
    assert advised(None, 100) == "undecided"


@pytest.mark.parametrize(
    ("low", "high", "worth"),
    [
        (0.01, 0.2, True),
        (-0.01, 0.2, True),
        (0.001, 0.005, True),
        (-0.1, 0.1, False),
        (-0.2, -0.1, False),
        (0, 0, False),
    ],
)
def test_a_loop_was_worth_it_where_it_gained_enough_or_surely(low, high, worth):
    assert gained(between(low, high)) is worth
    assert gained(None) is None


@given(st.lists(st.text(), unique=True))
@settings(deadline=None)
def test_halves_are_the_first_tasks_and_the_others(tasks):
    first, second = halves(tasks)
    assert first + second == tasks
    assert len(first) - len(second) in {0, 1}
