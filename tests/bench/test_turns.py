"""What rounds do to right and wrong drafts, counted, and the curve that one round predicts."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from redraft.bench.turns import Turns, predicted, turned

COUNT = st.integers(0, 50)
TURNS = st.builds(Turns, kept=COUNT, broken=COUNT, mended=COUNT, missed=COUNT)


def test_pairs_are_counted_by_what_was_and_what_is():
    pairs = [(True, True), (True, False), (False, True), (False, True), (False, False)]
    assert turned(pairs) == Turns(kept=1, broken=1, mended=2, missed=1)
    assert turned([]) == Turns()


@pytest.mark.parametrize(
    ("counts", "cl", "cs", "a", "upp"),
    [
        ((9, 1, 3, 7), 0.9, 0.3, 0.6, 0.75),
        ((10, 0, 5, 5), 1.0, 0.5, 0.5, 1.0),
        ((10, 0, 0, 10), 1.0, 0.0, 1.0, None),
        ((0, 10, 10, 0), 0.0, 1.0, -1.0, 0.5),
        ((5, 5, 0, 10), 0.5, 0.0, 0.5, 0.0),
        ((0, 0, 3, 7), None, 0.3, None, None),
        ((3, 7, 0, 0), 0.3, None, None, None),
    ],
)
def test_the_shares_of_the_theory(counts, cl, cs, a, upp):
    turns = Turns(**dict(zip(("kept", "broken", "mended", "missed"), counts, strict=True)))
    assert (turns.cl, turns.cs) == (cl, cs)
    assert turns.a == (None if a is None else pytest.approx(a))
    assert turns.upp == (None if upp is None else pytest.approx(upp))


@given(st.floats(0, 1), TURNS)
@settings(deadline=None)
def test_the_predicted_curve_is_the_chain_of_single_rounds(first, turns):
    kept = 1.0 if turns.cl is None else turns.cl
    mended = 0.0 if turns.cs is None else turns.cs
    curve = predicted(first, turns, 5)
    assert len(curve) == 6
    assert curve[0] == pytest.approx(first)
    for before, after in pairwise(curve):
        assert after == pytest.approx(kept * before + mended * (1 - before))


@given(TURNS)
@settings(deadline=None)
def test_the_asymptote_is_where_a_round_changes_nothing(turns):
    if turns.upp is not None:
        assert predicted(turns.upp, turns, 3) == pytest.approx([turns.upp] * 4)


def test_drafts_that_turn_with_a_known_chance_are_measured_and_foreseen():
    """A scripted set of outcomes whose CL is 0.9 and CS 0.4: both are found, and one round foretells the fourth."""
    rng = random.Random(0)
    chains = []
    for _ in range(40_000):
        chain = [rng.random() < 0.3]
        for _ in range(4):
            chain.append(rng.random() < (0.9 if chain[-1] else 0.4))
        chains.append(chain)
    first = turned((chain[0], chain[1]) for chain in chains)
    assert first.cl == pytest.approx(0.9, abs=0.01)
    assert first.cs == pytest.approx(0.4, abs=0.01)
    assert first.upp == pytest.approx(0.8, abs=0.02)
    observed = [sum(chain[number] for chain in chains) / len(chains) for number in range(5)]
    assert predicted(observed[0], first, 4) == pytest.approx(observed, abs=0.012)


def test_the_shares_stand_in_json():
    assert Turns(kept=9, broken=1, mended=3, missed=7).model_dump()["cl"] == 0.9


@given(TURNS)
@settings(deadline=None)
def test_what_was_printed_is_read_back(turns):
    assert Turns.model_validate_json(turns.model_dump_json()) == turns


def test_what_is_no_share_is_refused():
    with pytest.raises(ValidationError, match="cc"):
        Turns.model_validate({"kept": 1, "cc": 0.5})
