"""Gears: fewer threads while others want the processors, all of them when they are free again.

The threads of a step wait for the slowest. Where another program takes the processor of one of them, all stand still
until it is given back, and a step takes many times as long as on a single thread.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Gears"]

SLOW = 1.5
"""Times as long as measured, from which steps are tried with fewer threads."""

CLEARLY = 1.1
"""By how much one gear must be slower to be left for the other."""

STEPS = 4
"""Steps by which a gear is judged."""

PATIENCE, MOST_PATIENCE = 2.0, 60.0
"""Seconds after which more threads are tried again; twice as many each time that they turn out to be slower still."""


@dataclass(slots=True)
class Gears:
    """Changes the number of threads by how long steps take.

    Args:
        threads: Threads for a step of one row, and for one of several, as measured on a quiet machine.
        change: Sets them.
    """

    threads: tuple[int, int]
    change: Callable[[int, int], None]
    _at: int = 0
    _recent: deque[float] = field(default_factory=lambda: deque(maxlen=STEPS))
    _pace: dict[int, float] = field(default_factory=dict)
    _seconds: float = 0.0
    _patience: float = PATIENCE

    def observe(self, ratio: float, seconds: float) -> None:
        """Learn from a step.

        Args:
            ratio: How many times as long it took as with all threads on a quiet machine.
            seconds: How long it took.
        """
        self._recent.append(ratio)
        self._seconds += seconds
        if len(self._recent) < STEPS or max(self.threads) == 1:
            return
        pace = self._pace[self._at] = median(self._recent)
        above, below = self._pace.get(self._at - 1), self._pace.get(self._at + 1, 0.0)
        if pace <= SLOW and self._at == 0:
            self._patience = PATIENCE
        elif self._has_less and pace > SLOW and pace > below * CLEARLY:
            self._patience = min(2 * self._patience, MOST_PATIENCE) if below else self._patience
            self._shift(1)
        elif self._at and (self._seconds > self._patience or (above and pace > above * CLEARLY)):
            self._shift(-1)

    @property
    def _has_less(self) -> bool:
        return max(self.threads) >> self._at > 1

    def _shift(self, by: int) -> None:
        self._at += by
        self._recent.clear()
        self._seconds = 0.0
        self.change(*(max(1, count >> self._at) for count in self.threads))
