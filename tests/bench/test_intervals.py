"""Means with their intervals: of tasks, not of runs; and differences, paired by task."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.bench.intervals import Interval, difference, mean


def test_the_interval_of_a_share_is_that_of_a_coin():
    found = mean((str(task), float(task % 2)) for task in range(100))
    assert found.value == 0.5
    assert found.cases == 100
    assert (found.low, found.high) == (pytest.approx(0.402, abs=0.011), pytest.approx(0.598, abs=0.011))


def test_nothing_has_no_mean():
    assert mean([]) is None
    assert difference([], []) is None


def test_what_is_always_the_same_is_sure():
    assert mean([("a", 1.0), ("b", 1.0)]) == Interval(value=1, low=1, high=1, cases=2)


def test_more_seeds_of_the_same_task_are_not_more_tasks():
    once = mean((str(task), float(task % 2)) for task in range(50))
    thrice = mean((str(task), float(task % 2)) for task in range(50) for _ in range(3))
    assert (once.low, once.high) == (thrice.low, thrice.high)


def test_a_difference_is_paired_by_task():
    theirs = [(str(task), task % 5 / 10) for task in range(60)]
    ours = [(task, value + 0.1) for task, value in theirs]
    found = difference(reversed(ours), theirs)
    assert (found.value, found.low, found.high) == (pytest.approx(0.1),) * 3
    with pytest.raises(ValueError, match="same tasks"):
        difference(ours[1:], theirs)


CASES = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from([0.0, 1.0])), min_size=1, max_size=30)


@given(CASES, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_cases_does_not_matter(cases, rng):
    found = mean(cases)
    assert 0 <= found.low <= found.high <= 1
    assert mean(rng.sample(cases, len(cases))) == found


@given(CASES)
@settings(deadline=None)
def test_nobody_is_ahead_of_itself(cases):
    found = difference(cases, cases)
    assert (found.value, found.low, found.high) == (0, 0, 0)


@given(CASES, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_who_is_ahead_by_so_much_is_behind_by_as_much_seen_from_the_other_side(cases, rng):
    other = [(task, float(rng.random() < 0.5)) for task, _ in cases]
    one, back = difference(cases, other), difference(other, cases)
    assert one.value == pytest.approx(-back.value)
    assert one.low == pytest.approx(-back.high)
