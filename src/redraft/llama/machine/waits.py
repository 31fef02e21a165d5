"""How long threads have waited for a processor that somebody else had."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["waits"]

MOST = 64
"""Threads beyond which it takes too long to ask after all of them."""

_TASKS = Path("/proc/self/task")


def waits() -> Mapping[int, float] | None:
    """Return the seconds that each thread of this process was ready and had no processor, since it began.

    None where the system does not tell, or where there are more than 64 threads.
    """
    found: dict[int, float] = {}
    try:
        tasks = list(_TASKS.iterdir())
    except OSError:
        return None
    if len(tasks) > MOST:
        return None
    for task in tasks:
        with suppress(OSError, ValueError, IndexError):  # It has ended meanwhile, or the kernel keeps no such file.
            found[int(task.name)] = int((task / "schedstat").read_bytes().split()[1]) / 1e9
    return found or None
