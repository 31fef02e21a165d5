"""A short probe: what steps cost on this machine, and how many threads serve them best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from redraft.llama.machine.others import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["PREFILL_ROWS", "Measurable", "Profile", "probe"]

PREFILL_ROWS: Final = 64
"""Rows at which the threads for many rows are chosen."""

BUDGET: Final = 1.5
"""Seconds that the probe may take, give or take one step."""

LONG_STEP: Final = 0.5
"""Seconds after which larger steps are not measured."""

_ROWS: Final = (2, 4, 8, 16, 32, 64, 128)
_REPEATS: Final = 3
_ENOUGH: Final = 0.06
"""Seconds of measurement after which a step is not repeated."""

_FEW: Final = 8

_QUICK: Final = 0.4
"""Seconds of a step at which threads are compared, at most."""

_LOST: Final = 1.05
"""Where fewer threads take this much longer, still fewer are not tried."""

_WORTH: Final = 0.95
"""More threads must take this share of the time at most, else fewer serve as well and leave processors to others."""


class Measurable(Protocol):
    """A context that can be measured."""

    def set_threads(self, decode: int, prefill: int, /) -> None:
        """Set how many threads compute one row, and several."""

    def time_rows(self, rows: int, /) -> float:
        """Return the seconds that a step of so many rows takes; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a model computes on a machine.

    Args:
        threads: Threads for a step of one row.
        threads_batch: Threads for a step of several.
        costs: Seconds of a step by its rows: more rows never cost less.
        exact: Whether logits were found not to depend on the step; None where that was not looked at.
        quiet: Whether other processes left the processors alone meanwhile.
    """

    threads: int
    threads_batch: int
    costs: Mapping[int, float]
    exact: bool | None = None
    quiet: bool = True


def probe(target: Measurable, usable: int, *, most_rows: int = 128, elsewhere: bool = False) -> Profile:
    """Measure a context, and leave it with the threads that serve it best.

    Args:
        target: The context; nothing else may use it meanwhile.
        usable: Threads that may be used.
        most_rows: Rows of its largest step.
        elsewhere: Whether a GPU may compute steps of many rows, also for layers that are not on it: then threads are
            for steps of few.
    """
    candidates = sorted({1, max(1, usable // 2), max(1, usable)}, reverse=True)
    clock, watch = _Clock(target), Watch()
    clock.wake(candidates[0])
    singles = clock.compare(1, candidates)
    threads = _fewest(singles)
    rows = clock.rows_to_compare(candidates[0], min(most_rows, _FEW) if elsewhere else most_rows)
    several = clock.compare(rows, candidates)
    batch = _fewest(several)
    target.set_threads(threads, batch)
    costs = {1: singles[threads], rows: several[batch]} if rows > 1 else {1: singles[threads]}
    for step in (step for step in _ROWS if step <= most_rows and step not in costs):
        if not clock.affords(step, costs):
            break
        costs[step] = clock.least(step)
    return Profile(threads, batch, _rising(costs), quiet=watch.quiet(candidates[0]))


class _Clock:
    """Measures, and counts what that took."""

    def __init__(self, target: Measurable) -> None:
        self._target = target
        self.spent = 0.0

    def wake(self, threads: int) -> None:
        """Compute one row that does not count: it reads the weights from the disk."""
        self._target.set_threads(threads, threads)
        self._target.time_rows(1)

    def compare(self, rows: int, candidates: Sequence[int]) -> dict[int, float]:
        """Return the least time of a step by numbers of threads, from the most downwards for as long as it gains."""
        times: dict[int, float] = {}
        for threads in candidates:
            times[threads] = self._with(threads, rows)
            if times[threads] > _LOST * min(times.values()):
                break
        # In turns: what else the machine does meets all of them alike.
        for threads in list(times) * (_REPEATS - 1):
            if len(times) * times[threads] < _ENOUGH:
                times[threads] = min(times[threads], self._with(threads, rows))
        return times

    def rows_to_compare(self, threads: int, most: int) -> int:
        """Return the rows at which threads are compared: as many as are quick."""
        if most <= _FEW:
            return most
        each = self._with(threads, _FEW) / _FEW
        return next((rows for rows in (PREFILL_ROWS, 32, 16) if rows <= most and rows * each < _QUICK), _FEW)

    def _with(self, threads: int, rows: int) -> float:
        self._target.set_threads(threads, threads)
        return self._time(rows)

    def least(self, rows: int) -> float:
        """Return the least time of a step."""
        return min(self._several(rows))

    def affords(self, rows: int, costs: Mapping[int, float]) -> bool:
        """Tell whether so many rows are measured, by what fewer cost."""
        below = max(known for known in costs if known < rows)
        expected = costs[below] * (2 if below > 1 else 1)
        return costs[below] < LONG_STEP and self.spent + expected < BUDGET

    def _several(self, rows: int) -> Iterator[float]:
        taken = 0.0
        for _ in range(_REPEATS):
            yield (seconds := self._time(rows))
            taken += seconds
            if taken > _ENOUGH:
                return

    def _time(self, rows: int) -> float:
        seconds = self._target.time_rows(rows)
        self.spent += seconds
        return seconds


def _fewest(times: Mapping[int, float]) -> int:
    """Return the fewest threads that are as fast as any, or nearly."""
    best = min(times.values())
    return min(threads for threads, seconds in times.items() if seconds * _WORTH <= best)


def _rising(costs: Mapping[int, float]) -> dict[int, float]:
    """Return the costs without what noise added: fewer rows can always be computed as more."""
    least = float("inf")
    found = {}
    for rows in sorted(costs, reverse=True):
        least = found[rows] = min(least, costs[rows])
    return dict(sorted(found.items()))
