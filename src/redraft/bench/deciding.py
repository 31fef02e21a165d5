"""Whether one measured round says to loop: a test that looks a few times, each time at twice as many runs.

Why it is as it is stands in docs/advise.md; benchmarks/advice measures how often it is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from redraft.bench.turns import Turns, turned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redraft.runs.advised import Call

__all__ = ["Evidence", "Pair", "Pairs", "Plan", "decide", "evidence_of", "rounds_worth"]

Pair: TypeAlias = tuple[bool, bool]
"""Whether the answer is right without the round, and with it."""
Pairs: TypeAlias = "Mapping[str, Sequence[Pair]]"
"""The pairs of each task."""

SHOWN = 0.05
"""The least gain or loss of the loop that is called one: halfway between none and the ten points to be told."""

THRESHOLD = 1.75
"""Standard errors by which a round's gain must differ from 0 at the last look; earlier looks ask for more."""

EARLY = 0.25
"""How fast the threshold falls from look to look: with this power of the share of the runs that are there."""

HOPE = 1.64
"""Standard errors by which the gain may still be larger than it looks, before the search for it is given up."""

FIRST, MOST = 100, 800
"""Runs at the first look, and at the last."""

WORTH = 0.01
"""The predicted gain for which one more round is advised."""

FURTHEST = 10
"""Rounds that one measured round may advise: beyond these, it promises too much."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When to look.

    Args:
        tasks: How many tasks there are.
        most: Seeds on each task at the last look; None for as many as make 800 runs.
    """

    tasks: int
    most: int | None = None

    @property
    def last(self) -> int:
        """Seeds on each task at the last look."""
        return self.most or max(1, ceil(MOST / self.tasks))

    def looks(self) -> Iterator[int]:
        """Yield the seeds on each task at each look: from some 100 runs on twice as many each time."""
        seeds = max(1, ceil(FIRST / self.tasks))
        while seeds < self.last:
            yield seeds
            seeds *= 2
        yield self.last


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a measured round says.

    Args:
        gain: By how much answers with the round are ahead of those without, the mean over tasks.
        error: Its standard error, over tasks.
        turns: What the round did to right and to wrong answers.
    """

    gain: float
    error: float
    turns: Turns

    def lasting(self, rounds: int) -> float:
        """Return how many times a round's gain is that of so many rounds: 1 + a + a² and so on."""
        rate = (1.0 if self.turns.cl is None else self.turns.cl) - (self.turns.cs or 0.0)
        return sum(rate**number for number in range(rounds))

    def loop_gain(self, rounds: int) -> float:
        """Return the predicted gain of so many rounds."""
        return self.gain * self.lasting(rounds)


def evidence_of(pairs: Pairs) -> Evidence:
    """Return what pairs say; there is at least one."""
    gains = np.array([sum(after - before for before, after in own) / len(own) for own in pairs.values()])
    every = [pair for own in pairs.values() for pair in own]
    # Two turns more than were seen: without them, tasks that agree in everything would have no error at all.
    unseen = 2 / len(every) ** 2
    spread = float(gains.var(ddof=1)) / len(gains) if len(gains) > 1 else 1.0
    return Evidence(float(gains.mean()), sqrt(spread + unseen), turned(every))


def decide(evidence: Evidence, rounds: int, *, part: float) -> Call | None:
    """Return the advice; None where more runs may show what these do not.

    Args:
        evidence: What was measured so far.
        rounds: The rounds of the loop in question.
        part: The share of the runs that are there, of those at the last look; 1 at the last.
    """
    if not evidence.turns.mended + evidence.turns.missed:
        return "do not loop"  # All is right: there is nothing to mend.
    found = abs(evidence.loop_gain(rounds))
    if found >= SHOWN and abs(evidence.gain) >= THRESHOLD * part**-EARLY * evidence.error:
        return "loop" if evidence.gain > 0 else "do not loop"
    hopeless = found + HOPE * evidence.error * evidence.lasting(rounds) < SHOWN
    return "undecided" if part >= 1 or hopeless else None


def rounds_worth(evidence: Evidence) -> int:
    """Return after how many rounds one more is not predicted to gain what a round must."""
    rounds = 1
    while rounds < FURTHEST and evidence.loop_gain(rounds + 1) - evidence.loop_gain(rounds) >= WORTH:
        rounds += 1
    return rounds
