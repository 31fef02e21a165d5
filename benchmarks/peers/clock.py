"""When tokens came."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from benchmarks.peers.interface import Answer

__all__ = ["Clock"]


@dataclass
class Clock:
    """Notes when each request's tokens came, from its making on."""

    begun: float = field(default_factory=time.perf_counter)
    _times: list[list[float]] = field(default_factory=list)

    def request(self) -> list[float]:
        """Return a new list to which the times of a request's tokens are added."""
        self._times.append([])
        return self._times[-1]

    @staticmethod
    def now() -> float:
        """Return the time."""
        return time.perf_counter()

    def answer(self, **counts: Any) -> Answer:
        """Return what was noted, with other counts."""
        times = [given for given in self._times if given]
        whole = self.now() - self.begun
        if not times:
            return Answer(whole, **counts)
        begin, end = max(given[0] for given in times), max(given[-1] for given in times)
        steady = sum(moment > begin for given in times for moment in given)
        written = sum(map(len, times))
        return Answer(whole, decoding=end - begin, steady=steady, written=written, **counts)
