import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.llama.schedule.costs import RowCosts
from redraft.llama.schedule.planning import Limits, Need, plan

COSTS = RowCosts({1: 0.010, 2: 0.013, 4: 0.016, 8: 0.025, 16: 0.035, 32: 0.065, 64: 0.13, 128: 0.27})
LIMITS = Limits(rows=256, seconds=0.2)
NEEDS = st.lists(
    st.one_of(
        st.builds(
            Need,
            pending=st.integers(1, 30),
            prompt=st.sampled_from([False]),
            chance=st.floats(0, 1),
            foreseen=st.integers(0, 63),
        ),
        st.builds(Need, pending=st.integers(1, 900), prompt=st.sampled_from([True])),
    ),
    max_size=40,
)


@given(NEEDS, st.integers(1, 512), st.floats(0.01, 0.5))
def test_a_plan_never_takes_more_than_there_is(needs, rows, seconds):
    granted = plan(needs, COSTS, Limits(rows, seconds))
    assert sum(granted) <= rows
    for need, count in zip(needs, granted, strict=True):
        if need.prompt:
            assert count <= need.pending
        else:
            assert count == 0 or need.pending <= count <= need.pending + need.foreseen
    if needs and all(need.prompt for need in needs):
        assert sum(granted) > 0


@given(NEEDS)
def test_a_step_ends_in_time_unless_one_alone_takes_longer(needs):
    granted = plan(needs, COSTS, LIMITS)
    if sum(count > 0 for count in granted) > 1:
        assert COSTS.seconds(sum(granted), 0) <= LIMITS.seconds * 1.01


def test_everybody_who_writes_gets_a_row_and_a_prompt_the_rest():
    granted = plan([Need(1, prompt=False)] * 8 + [Need(700, prompt=True)], COSTS, LIMITS)
    assert granted[:8] == [1] * 8
    assert 40 < granted[8] < 128


def test_prompts_wait_in_order():
    first, second = plan([Need(700, prompt=True), Need(5, prompt=True)], COSTS, LIMITS)
    assert first > 60
    assert second == 0


@pytest.mark.parametrize(("chance", "least", "most"), [(0.0, 1, 1), (0.05, 1, 1), (0.9, 8, 32), (0.99, 16, 64)])
def test_more_is_proposed_the_likelier_it_is(chance, least, most):
    assert least <= plan([Need(1, prompt=False, chance=chance, foreseen=63)], COSTS, LIMITS)[0] <= most


def test_beside_many_others_less_is_proposed():
    alone = plan([Need(1, prompt=False, chance=0.7, foreseen=63)], COSTS, LIMITS)[0]
    beside = plan([Need(1, prompt=False, chance=0.7, foreseen=63)] * 16, COSTS, LIMITS)
    assert sum(beside) / 16 < alone


def test_costs_rise_and_know_what_fits():
    assert COSTS.seconds(6) == pytest.approx(0.0205)
    assert COSTS.seconds(256) == pytest.approx(0.54)
    for seconds in (0.01, 0.1, 0.3):
        rows = COSTS.most_rows(seconds)
        assert COSTS.seconds(rows, 0) <= seconds < COSTS.seconds(rows + 1, 0)
    assert RowCosts({1: 1.0, 8: 0.5}).seconds(1) == 0.5


def test_rows_without_logits_are_cheaper():
    costs = RowCosts({1: 1.0, 8: 8.0}, head=0.25)
    assert costs.seconds(8, 0) == pytest.approx(6.0)
    assert costs.seconds(8) == pytest.approx(8.0)


def test_the_pace_follows_what_steps_take():
    costs = RowCosts({1: 1.0, 8: 8.0})
    for _ in range(200):
        costs.observe(4, 4, 8.0)
    assert costs.seconds(4) == pytest.approx(8.0, rel=0.01)
    costs.observe(4, 4, 8_000.0)
    assert costs.seconds(4) < 10
