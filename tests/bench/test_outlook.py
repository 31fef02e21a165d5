"""What one round predicts of more, with intervals."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.bench.outlook import outlook_of
from redraft.bench.turns import predicted
from tests.bench.test_deciding import PAIRS, mixed

pairs = st.sampled_from(list(PAIRS.values()))


def test_the_curve_goes_from_first_drafts_to_the_asymptote():
    found = outlook_of(mixed(kept=45, broken=5, mended=20, missed=30), 3)
    assert (found.cl.value, found.cs.value) == (0.9, 0.4)
    assert [round(one.value, 4) for one in found.curve] == [0.5, 0.65, 0.725, 0.7625]
    assert found.turns.upp == pytest.approx(0.8)
    assert found.round_gain.value == pytest.approx(0.15)
    assert found.loop_gain.value == pytest.approx(0.2625)
    assert found.loop_gain.low > 0


def test_what_there_was_none_of_is_unknown():
    right = outlook_of(mixed(kept=40, broken=2), 2)
    assert right.cs is None
    assert right.cl.value == pytest.approx(40 / 42)
    wrong = outlook_of(mixed(mended=10, missed=30), 2)
    assert wrong.cl is None
    assert wrong.cs.value == 0.25


@given(st.dictionaries(st.text(max_size=2), st.lists(pairs, min_size=1, max_size=4), min_size=1, max_size=9))
@settings(deadline=None, max_examples=50)
def test_a_value_lies_in_its_interval_and_every_share_is_one(tasks):
    found = outlook_of(tasks, 4)
    first = found.curve[0].value
    assert [one.value for one in found.curve] == predicted(first, found.turns, 4)
    for one in (*found.curve, found.cl, found.cs):
        assert one is None or (-1e-9 <= one.low <= one.high <= 1 + 1e-9)
    assert found.round_gain.cases == sum(map(len, tasks.values()))
