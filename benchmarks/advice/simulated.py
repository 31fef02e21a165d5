"""Advice simulated: the rule of `redraft advise`, look by look, on runs drawn from known models."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from random import Random
from statistics import fmean
from typing import TYPE_CHECKING

from benchmarks.advice.models import ROUNDS, Kind, Known, drawn
from redraft.bench.deciding import Plan, decide, evidence_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from redraft.bench.deciding import Pair
    from redraft.runs.advised import Call

__all__ = ["BANDS", "TASKS", "Advice", "advice_on", "advised", "right", "undecided"]

TASKS = 50

BANDS: dict[str, Callable[[float], bool]] = {
    "10 points or more": lambda effect: abs(effect) >= 0.1,
    "10 to 15 points": lambda effect: 0.1 <= abs(effect) < 0.15,
    "2 points or less": lambda effect: abs(effect) <= 0.02,
}
"""Groups of models by what the loop truly gains or loses."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What was said of a model, after how many seeds on each task."""

    known: Known
    call: Call
    seeds: int

    @property
    def right(self) -> bool:
        """Whether the call has the sign of the true effect."""
        return self.call == ("loop" if self.known.effect > 0 else "do not loop")

    @property
    def opposite(self) -> bool:
        """Whether it is the other call."""
        return not self.right and self.call != "undecided"


def advice_on(known: Known, kind: Kind, random: Random, *, tasks: int = TASKS) -> Advice:
    """Return the advice on a model, from so many tasks."""
    first = known.tasks(tasks, kind, random)
    pairs: dict[str, list[Pair]] = defaultdict(list)
    plan = Plan(tasks)
    for seeds in plan.looks():
        for number, share in enumerate(first):
            own = pairs[str(number)]
            own += [known.pair(share, random) for _ in range(seeds - len(own))]
        call = decide(evidence_of(pairs), ROUNDS, part=seeds / plan.last)
        if call is not None:
            return Advice(known, call, seeds)
    raise AssertionError("the last look decides")


def advised(kind: Kind, band: str, count: int, *, tasks: int = TASKS) -> list[Advice]:
    """Return so many advices, each on a model of its own of a band; the same ones each time."""
    random = Random(f"{kind}:{band}")
    found: list[Advice] = []
    while len(found) < count:
        known = drawn(random)
        if BANDS[band](known.effect):
            found.append(advice_on(known, kind, random, tasks=tasks))
    return found


def right(advices: Iterable[Advice]) -> float:
    """Return the share of right calls."""
    return fmean(one.right for one in advices)


def undecided(advices: Sequence[Advice]) -> float:
    """Return the share of undecided calls."""
    return fmean(one.call == "undecided" for one in advices)
