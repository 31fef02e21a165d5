import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.llama.schedule.costs import FAR, RowCosts

POINTS = st.dictionaries(st.integers(1, 128), st.floats(1e-4, 10), min_size=1, max_size=8)
MEASURED = {1: 0.010, 2: 0.013, 4: 0.016, 8: 0.025, 16: 0.035, 32: 0.065, 64: 0.13, 128: 0.27}


def test_between_two_points_lies_a_line_and_beyond_the_last_a_proportion():
    costs = RowCosts(MEASURED)
    assert [costs.seconds(rows) for rows in (0, 1, 6, 256)] == pytest.approx([0, 0.010, 0.0205, 0.54])


def test_rows_without_logits_are_cheaper_by_the_heads_share():
    costs = RowCosts({1: 1.0, 8: 8.0}, head=0.25)
    assert [costs.seconds(8, outputs) for outputs in (0, 4, 8, 9)] == pytest.approx([6.0, 7.0, 8.0, 8.0])


def test_a_point_that_was_disturbed_costs_no_more_than_those_behind_it():
    assert RowCosts({1: 1.0, 8: 0.5}).seconds(1) == 0.5


@given(POINTS, st.floats(0, 1), st.integers(0, 300), st.integers(0, 300), st.integers(0, 50))
def test_more_rows_and_more_logits_never_cost_less(points, head, rows, outputs, more):
    costs = RowCosts(points, head)
    outputs = min(rows, outputs)
    now = costs.seconds(rows, outputs)
    assert now <= costs.seconds(rows + more, outputs) * (1 + 1e-9)
    assert now <= costs.seconds(rows, min(rows, outputs + more)) * (1 + 1e-9)
    assert now <= costs.seconds(rows) * (1 + 1e-9)


@given(POINTS, st.floats(0, 0.9), st.floats(1e-3, 20), st.integers(0, 64))
def test_the_most_rows_are_the_most_that_fit(points, head, seconds, rows):
    costs = RowCosts(points, head)
    most = costs.most_rows(seconds, rows=rows, outputs=rows)
    if costs.seconds(rows, rows) <= seconds:
        assert costs.seconds(rows + most, rows) <= seconds
    else:
        assert most == 0
    if most < 65_536:
        assert costs.seconds(rows + most + 1, rows) > seconds


@given(POINTS, st.integers(1, 64), st.floats(0.3, 3))
def test_the_pace_follows_what_steps_take(points, rows, factor):
    costs = RowCosts(points)
    steady = costs.seconds(rows) * factor
    for _ in range(200):
        costs.observe(rows, rows, steady)
    assert costs.seconds(rows) == pytest.approx(steady, rel=0.01)


def test_one_step_that_waited_for_the_processor_says_little():
    costs = RowCosts(MEASURED)
    costs.observe(8, 8, 1000.0)
    assert 1 < costs.pace < FAR**0.06
    costs.observe(0, 0, 1.0)
    assert costs.pace < FAR**0.06
