"""Whether to loop, told from one measured round on some of the tasks, and what happened on the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.bench.intervals import Interval  # noqa: TC001 -- pydantic reads it at run time
from redraft.bench.turns import Turns  # noqa: TC001 -- pydantic reads it at run time
from redraft.runs.advised import Call  # noqa: TC001 -- pydantic reads it at run time
from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LEAST_TASKS", "WORTH", "Forecast", "advised", "gained", "halves"]

WORTH = 0.02
"""The gain below which a loop is not worth its tokens: two answers in a hundred."""

LEAST_TASKS = 20
"""How many tasks advice takes: fewer say nothing, however much they agree."""


class Forecast(Value):
    """What one round on the first half of the tasks advises, and what the whole loop did on the other half.

    `round_gain` is by how much answers after at most one round are ahead of first drafts, on the first half;
    `turns` what that round did, and `predicted` the share of right answers after 0, 1, … rounds that follows from it.
    `loop_gain` is what the whole loop gained on the second half, and `gained` whether that was worth it. `agrees` is
    None where the advice is undecided.
    """

    advice: Call
    measured_on: int
    checked_on: int
    round_gain: Interval | None
    turns: Turns
    predicted: list[float]
    loop_gain: Interval | None
    gained: bool | None
    agrees: bool | None


def halves(tasks: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the first half of the tasks in the order of their file, and the others."""
    middle = (len(tasks) + 1) // 2
    return list(tasks[:middle]), list(tasks[middle:])


def advised(gain: Interval | None, tasks: int) -> Call:
    """Return the advice that a measured round gives.

    Args:
        gain: What the round gained.
        tasks: On how many tasks.
    """
    if gain is None or tasks < LEAST_TASKS:
        return "undecided"
    if gain.low > 0:
        return "loop"
    return "do not loop" if gain.high < WORTH else "undecided"


def gained(gain: Interval | None) -> bool | None:
    """Return whether a loop was worth it: it gained as much as that takes, or surely something; None without a task."""
    return None if gain is None else gain.value >= WORTH or gain.low > 0
