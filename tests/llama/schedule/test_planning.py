from dataclasses import replace

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


@given(NEEDS)
def test_what_a_sequence_gets_is_whole_and_every_writer_gets_it_where_there_is_time(needs):
    granted = plan(needs, COSTS, Limits(rows=10_000, seconds=1_000.0))
    for need, count in zip(needs, granted, strict=True):
        assert count >= need.pending
        assert count == need.pending or not need.prompt


@given(NEEDS, st.integers(1, 512), st.floats(0.01, 0.5))
def test_the_first_who_writes_is_served_however_long_it_takes(needs, rows, seconds):
    granted = plan(needs, COSTS, Limits(rows, seconds))
    first = next((at for at, need in enumerate(needs) if not need.prompt and need.pending <= rows), None)
    assert first is None or granted[first] >= needs[first].pending


@given(NEEDS, st.floats(0.01, 0.5))
def test_writers_leave_prompts_their_share(needs, seconds):
    granted = plan(needs, COSTS, Limits(512, seconds))
    writing = [(need, count) for need, count in zip(needs, granted, strict=True) if count and not need.prompt]
    if len(writing) > 1 and any(need.prompt for need in needs):
        assert COSTS.seconds(sum(need.pending for need, _ in writing), len(writing)) <= 0.75 * seconds * (1 + 1e-9)


@given(NEEDS)
def test_speculation_lets_a_step_take_no_longer_than_it_may(needs):
    costs = RowCosts(COSTS.points, head=0.3)
    granted = plan(needs, costs, LIMITS)
    bare = plan([replace(need, chance=0.0) for need in needs], costs, LIMITS)
    assert all(more >= less for more, less in zip(granted, bare, strict=True))
    if granted != bare:
        proposed = sum(granted) - sum(bare)
        outputs = proposed + sum(need.outputs for need, count in zip(needs, bare, strict=True) if count == need.pending)
        assert costs.seconds(sum(granted), outputs) <= LIMITS.seconds * (1 + 1e-9)


@given(st.floats(0, 0.98), st.floats(0, 0.02))
def test_speculation_grows_with_the_chance(chance, more):
    alone = [
        plan([Need(1, prompt=False, chance=one, foreseen=63)], COSTS, LIMITS)[0] for one in (chance, chance + more)
    ]
    assert alone[0] <= alone[1]
    assert alone[0] == 1 or chance > 0.1


def test_who_is_likelier_to_be_right_has_more_proposed():
    likely, unlikely = plan(
        [Need(1, prompt=False, chance=0.95, foreseen=63), Need(1, prompt=False, chance=0.4, foreseen=63)], COSTS, LIMITS
    )
    assert likely > unlikely


def test_nobody_gets_rows_for_more_than_it_foresees():
    assert plan([Need(1, prompt=False, chance=1.0, foreseen=3)], COSTS, LIMITS) == [4]
    assert plan([Need(1, prompt=False, chance=1.0, foreseen=0)], COSTS, LIMITS) == [1]
    assert plan([], COSTS, LIMITS) == []


def test_what_seems_too_dear_is_tried_now_and_then():
    wrong = RowCosts({1: 0.01, 2: 0.08, 4: 0.09, 8: 0.1})
    likely = {"pending": 1, "prompt": False, "foreseen": 63}
    assert plan([Need(chance=0.95, **likely)], wrong, LIMITS) == [1]
    assert plan([Need(chance=0.95, curious=True, **likely)], wrong, LIMITS) == [8]
    assert plan([Need(chance=0.3, curious=True, **likely)], wrong, LIMITS) == [1]
    for _ in range(20):
        wrong.observe(8, 8, 0.02)
    assert plan([Need(chance=0.95, **likely)], wrong, LIMITS)[0] >= 8
