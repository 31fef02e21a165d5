"""What one measured round predicts of more rounds, with intervals by drawing tasks anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redraft.bench.intervals import TAILS, Interval, draws
from redraft.bench.turns import Turns, predicted, turned
from redraft.task import Value

if TYPE_CHECKING:
    import numpy.typing as npt

    from redraft.bench.deciding import Pairs

    Floats = npt.NDArray[np.float64]

__all__ = ["Outlook", "outlook_of"]


class Outlook(Value):
    """One measured round, and what follows from it.

    `round_gain` is what it gained, `turns` what it did. `cl` and `cs` are None where there was no such answer. `curve`
    is the share of right answers after 0, 1, … rounds, `loop_gain` by how much the last of it is ahead of the first.
    """

    round_gain: Interval
    turns: Turns
    cl: Interval | None
    cs: Interval | None
    curve: list[Interval]
    loop_gain: Interval


def outlook_of(pairs: Pairs, rounds: int) -> Outlook:
    """Return what a round did, and its prediction.

    Args:
        pairs: Of each task, whether the answer is right without the round and with it; at least one.
        rounds: The last round of the prediction.
    """
    counts = np.array([_counts(turned(own)) for _, own in sorted(pairs.items())])
    every = turned(pair for own in pairs.values() for pair in own)
    kept, broken, mended, missed = (draws(len(counts)) @ counts).T
    right, wrong = kept + broken, mended + missed
    # What a resample has no case of changes nothing, as in `predicted`.
    cl = np.divide(kept, right, out=np.ones_like(right), where=right > 0)
    cs = np.divide(mended, wrong, out=np.zeros_like(wrong), where=wrong > 0)
    curves = _curves(right / (right + wrong), cl, cs, rounds)
    cases = int(counts.sum())
    first = (every.kept + every.broken) / cases
    curve = predicted(first, every, rounds)
    return Outlook(
        round_gain=_interval(curve[1] - first, curves[1] - curves[0], cases),
        turns=every,
        cl=None if every.cl is None else _interval(every.cl, cl[right > 0], every.kept + every.broken),
        cs=None if every.cs is None else _interval(every.cs, cs[wrong > 0], every.mended + every.missed),
        curve=[_interval(value, some, cases) for value, some in zip(curve, curves, strict=True)],
        loop_gain=_interval(curve[-1] - first, curves[-1] - curves[0], cases),
    )


def _counts(turns: Turns) -> list[int]:
    return [turns.kept, turns.broken, turns.mended, turns.missed]


def _curves(first: Floats, cl: Floats, cs: Floats, rounds: int) -> list[Floats]:
    curves = [first]
    for _ in range(rounds):
        curves.append(cl * curves[-1] + cs * (1 - curves[-1]))
    return curves


def _interval(value: float, resampled: Floats, cases: int) -> Interval:
    low, high = np.percentile(resampled, TAILS)
    return Interval(value=value, low=float(low), high=float(high), cases=cases)
