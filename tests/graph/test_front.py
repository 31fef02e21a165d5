"""The Pareto front: nothing that no other draft beats is ever dropped, and the evenest is first."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.graph.front import front
from redraft.task import Assessed, Draft, Score, Verdict

CRITERIA = ("kept", "short", "kind")


def draft(index: int, *values: float | None, gate: float = 1.0, weights: tuple[float, ...] = (1, 1, 1)) -> Assessed:
    scores = [
        Score(value, evaluator=name, weight=weight, error="no" if value is None else None)
        for name, value, weight in zip(CRITERIA, values, weights, strict=False)
    ]
    verdict = Verdict(scores=(*scores, Score(gate, evaluator="artefact", gate=True)))
    return Assessed(draft=Draft(index=index, text=f"draft {index}"), verdict=verdict)


def indexes(drafts: list[Assessed]) -> list[int]:
    return [one.draft.index for one in drafts]


def test_a_draft_that_another_beats_in_every_score_is_dropped() -> None:
    assert sorted(indexes(front([draft(0, 0.9, 0.1), draft(1, 0.5, 0.5), draft(2, 0.4, 0.4), draft(3, 0.1, 0.9)]))) == [
        0,
        1,
        3,
    ]


def test_the_evenest_is_first_whatever_the_weights() -> None:
    drafts = [
        draft(0, 1.0, 0.1, weights=(9, 1)),
        draft(1, 0.5, 0.4, weights=(9, 1)),
        draft(2, 0.2, 1.0, weights=(9, 1)),
    ]
    assert indexes(front(drafts))[0] == 1


def test_where_the_lowest_scores_are_equal_the_next_lowest_decide() -> None:
    assert indexes(front([draft(0, 0.3, 0.5, 0.9), draft(1, 0.6, 0.6, 0.3), draft(2, 0.3, 0.6, 0.6)]))[0] == 1


def test_equals_are_all_kept_and_the_earlier_is_first() -> None:
    assert indexes(front([draft(0, 0.5, 0.5), draft(1, 0.5, 0.5), draft(2, 0.5, 0.4)])) == [0, 1]


def test_a_score_of_weight_0_is_no_criterion() -> None:
    assert indexes(front([draft(0, 0.5, 0.5, 1.0, weights=(1, 1, 0)), draft(1, 0.6, 0.6, 0.0, weights=(1, 1, 0))])) == [
        1
    ]


def test_gates_come_first_and_then_complete_verdicts() -> None:
    assert indexes(front([draft(0, 1.0, 1.0, gate=0.0), draft(1, 0.1, 0.1)])) == [1]
    assert indexes(front([draft(0, 1.0, None), draft(1, 0.1, 0.1)])) == [1]
    assert indexes(front([draft(0, 0.5, None), draft(1, 0.5, 0.1, None), draft(2, None, 0.0)])) == [1]


points = st.lists(st.tuples(*[st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])] * 3), min_size=1, max_size=10)


def beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one != other and all(a >= b for a, b in zip(one, other, strict=True))


@given(points)
@settings(deadline=None)
def test_the_front_is_exactly_what_no_other_beats(given_points: list[tuple[float, ...]]) -> None:
    found = indexes(front([draft(index, *point) for index, point in enumerate(given_points)]))
    unbeaten = [i for i, point in enumerate(given_points) if not any(beats(other, point) for other in given_points)]
    assert sorted(found) == unbeaten
    for index, point in enumerate(given_points):
        assert index in found or any(beats(given_points[kept], point) for kept in found)


@given(points, st.randoms())
@settings(deadline=None)
def test_the_first_has_the_highest_lowest_score_whatever_the_order(
    given_points: list[tuple[float, ...]], random: object
) -> None:
    drafts = [draft(index, *point) for index, point in enumerate(given_points)]
    shuffled = list(drafts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = front(drafts)[0], front(shuffled)[0]
    assert sorted(given_points[one.draft.index]) == sorted(given_points[other.draft.index])
    assert min(given_points[one.draft.index]) == max(min(point) for point in given_points)
