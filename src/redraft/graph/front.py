"""The Pareto front of evaluated drafts: those that no other one beats, and the evenest of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.task import Assessed

__all__ = ["front"]

MISSING = -1.0
"""What counts for a score that ended in an error: less than any that is there."""


def front(drafts: Sequence[Assessed]) -> list[Assessed]:
    """Return the drafts that no other one beats, the evenest first.

    One draft beats another where each of its weighted scores is at least as high, and one is higher; weights do not
    matter, but for a weight of 0, which counts as no criterion. Drafts that pass every gate, and then those whose
    scores are all there, come before all others, as in the order of "best". The evenest is the one whose lowest score
    is highest; of equals, the one whose next lowest is (leximin); then the better verdict, then the earlier draft.

    Args:
        drafts: The drafts, at least one.
    """
    best = max(one.rank[:2] for one in drafts)
    rivals = [one for one in drafts if one.rank[:2] == best]
    names = dict.fromkeys(name for one in rivals for name in _scores(one))
    points = [tuple(_scores(one).get(name, MISSING) for name in names) for one in rivals]
    unbeaten = [(point, one) for point, one in zip(points, rivals, strict=True) if not _beaten(point, points)]
    unbeaten.sort(key=lambda both: (sorted(both[0]), both[1].rank), reverse=True)
    return [one for _, one in unbeaten]


def _scores(one: Assessed) -> dict[str, float]:
    scores = one.verdict.scores if one.verdict else ()
    return {s.evaluator: s.value for s in scores if s.value is not None and s.weight > 0 and not s.gate}


def _beaten(point: tuple[float, ...], points: Sequence[tuple[float, ...]]) -> bool:
    return any(other != point and all(o >= p for o, p in zip(other, point, strict=True)) for other in points)
