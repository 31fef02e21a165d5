"""Gears: fewer threads while others want the processors, all of them when they are free again.

The threads of a step wait for the slowest. Where another program takes the processor of one of them, all stand still
until it is given back, and a step takes longer than on a single thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.llama.machine.waits import waits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Gears"]

GRANTED = 0.65
"""Share of a step in which the thread that waits longest must have a processor; with less, half of them are as fast."""

SPAN = 0.1
"""Seconds of steps by which a gear is judged."""

PATIENCE, MOST_PATIENCE = 1.0, 16.0
"""Seconds after which more threads are tried again; twice as many each time that they are not granted."""


@dataclass(slots=True)
class Gears:
    """Changes the number of threads by how much of the processors they are granted.

    Args:
        threads: Threads for a step of one row, and for one of several, while nobody else computes.
        change: Sets them.
        waits: Returns how long each thread has waited for a processor, None where that is not known: then threads that
            compute less of a step are taken to have waited, though they may have had less to do.
    """

    threads: tuple[int, int]
    change: Callable[[int, int], None]
    waits: Callable[[], Mapping[int, float] | None] = waits
    _before: Mapping[int, float] | None = None
    _at: int = 0
    _wall: float = 0.0
    _computed: float = 0.0
    _since: float = 0.0
    _patience: float = PATIENCE

    def observe(self, wall: float, computed: float, *, rows: int) -> None:
        """Learn from a step.

        Args:
            wall: The seconds it took.
            computed: The seconds that the process computed meanwhile, all threads together.
            rows: Its rows.
        """
        threads = max(1, self.threads[rows > 1] >> self._at)
        self._wall += wall * threads
        self._computed += computed
        self._since += wall
        if self._wall < SPAN * threads:
            return
        granted = self._granted(self._wall / threads)
        self._wall = self._computed = 0.0
        if granted < GRANTED and threads > 1:
            self._patience = min(2 * self._patience, MOST_PATIENCE)
            self._shift(1)
        elif self._at and self._since > self._patience:
            self._shift(-1)
        elif not self._at and self._since > self._patience:
            self._patience = PATIENCE

    def _granted(self, seconds: float) -> float:
        """Return the share of so many seconds of steps in which every thread had a processor."""
        before, now = self._before, self.waits()
        self._before = now
        if now is None:
            return self._computed / self._wall
        if before is None:
            return 1.0
        return 1 - max(waited - before.get(thread, waited) for thread, waited in now.items()) / seconds

    def _shift(self, by: int) -> None:
        self._at += by
        self._since = 0.0
        self.change(*(max(1, count >> self._at) for count in self.threads))
