"""Other processes: whether they kept the processors busy while something was measured."""

from __future__ import annotations

import os
import time
from importlib import import_module
from typing import Any, Final

__all__ = ["Watch"]

_SHORTEST: Final = 0.2
"""Seconds below which the kernel's ticks, a hundredth each, say nothing."""

_SHARE: Final = 0.2
"""Share of the processors wanted that others may take before what is measured is theirs as well."""


class Watch:
    """Looks at the processors from now on."""

    def __init__(self) -> None:
        self._begin = time.perf_counter()
        self._own = time.process_time()
        self._busy, self._count = _busy()

    def quiet(self, wanted: int) -> bool:
        """Tell whether so many processors were free of other processes since the watch began."""
        seconds = time.perf_counter() - self._begin
        if seconds < _SHORTEST:
            return True
        busy, _ = _busy()
        others = (busy - self._busy - (time.process_time() - self._own)) / seconds
        return others <= self._count - wanted + _SHARE * wanted


def _busy() -> tuple[float, int]:
    """Return the seconds that this process's processors were busy, and how many they are."""
    psutil: Any = import_module("psutil")
    each = psutil.cpu_times(percpu=True)
    own = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(len(each))
    found = [each[at] for at in own if at < len(each)]
    idle = ("idle", "iowait", "guest", "guest_nice")  # guests' time is counted in the user's as well
    seconds = sum(value for times in found for name, value in times._asdict().items() if name not in idle)
    return seconds, len(found)
