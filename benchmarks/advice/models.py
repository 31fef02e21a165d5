"""Models without weights whose CL, CS and first drafts are known: what advice should say of them is known, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from redraft.bench.turns import Turns, predicted

if TYPE_CHECKING:
    from random import Random

    from redraft.bench.deciding import Pair

__all__ = ["KINDS", "ROUNDS", "Kind", "Known", "drawn"]

Kind: TypeAlias = Literal["alike", "spread", "fixed"]

KINDS: dict[Kind, str] = {
    "alike": "every first draft is right with the same probability",
    "spread": "tasks differ: their probabilities are beta-distributed, with a standard deviation of up to 22 points",
    "fixed": "a task's first drafts are all right or all wrong",
}

ROUNDS = 3
"""Rounds of the loop on which advice is asked: the default of every graph."""

_SPREAD = 4.0
_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """A model: how often its first draft is right, stays right (CL), and a wrong one becomes right (CS)."""

    first: float
    cl: float
    cs: float

    @property
    def effect(self) -> float:
        """What the loop truly gains in its rounds: Acc_t - Acc_0."""
        kept, mended = round(_PARTS * self.cl), round(_PARTS * self.cs)
        turns = Turns(kept=kept, broken=_PARTS - kept, mended=mended, missed=_PARTS - mended)
        return predicted(self.first, turns, ROUNDS)[-1] - self.first

    def tasks(self, count: int, kind: Kind, random: Random) -> list[float]:
        """Return for each of so many tasks how often its first draft is right."""
        match kind:
            case "alike":
                return [self.first] * count
            case "spread":
                return [random.betavariate(_SPREAD * self.first, _SPREAD * (1 - self.first)) for _ in range(count)]
            case "fixed":
                return [float(random.random() < self.first) for _ in range(count)]

    def pair(self, first: float, random: Random) -> Pair:
        """Return whether a first draft is right, and what a round leaves of it."""
        before = random.random() < first
        return before, random.random() < (self.cl if before else self.cs)


def drawn(random: Random) -> Known:
    """Return a model of any kind: from hopeless first drafts to nearly perfect ones, from careless to careful."""
    return Known(random.uniform(0.05, 0.95), random.uniform(0.5, 1), random.uniform(0, 0.7))
