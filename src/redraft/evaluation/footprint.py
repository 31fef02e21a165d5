"""The footprint of processes in memory."""

from __future__ import annotations

import contextlib
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["below", "resident_below"]


def resident_below(pid: int) -> int:
    """Return the bytes that the processes below one have in memory."""
    psutil: Any = import_module("psutil")
    total = 0
    for process in below(pid):
        with contextlib.suppress(psutil.Error):
            total += psutil.Process(process).memory_info().rss
    return total


def below(pid: int) -> Iterator[int]:
    """Yield the processes below one, as far as they can be seen."""
    if sys.platform.startswith("linux"):
        # psutil would look at every process of the machine.
        for child in _children(pid):
            yield child
            yield from below(child)
        return
    psutil: Any = import_module("psutil")
    with contextlib.suppress(psutil.Error):
        yield from (process.pid for process in psutil.Process(pid).children(recursive=True))


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found
