"""Ctrl-C and SIGTERM while a run is under way: the run is asked to end, and then made to."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["interruptible", "terminable"]

_GRACE = 0.6
"""Seconds that a run has to hand over its outcome: within a second, the process is gone."""


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM raise KeyboardInterrupt, as SIGINT does."""
    before = signal.getsignal(signal.SIGTERM)
    if before is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _give_up)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def interruptible(end: Callable[[], None]) -> Iterator[None]:
    """Call `end` at the first SIGINT or SIGTERM; raise KeyboardInterrupt at the second, or when the grace is over."""

    def first(_number: int, _frame: FrameType | None) -> None:
        for name in caught:
            signal.signal(name, _give_up)
        if hasattr(signal, "setitimer"):  # not on Windows: there, a second Ctrl-C does it
            signal.signal(signal.SIGALRM, _give_up)
            signal.setitimer(signal.ITIMER_REAL, _GRACE)
        end()

    # What a parent told us to ignore (`nohup`, a shell's background job) stays ignored.
    caught = [s for s in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(s) is not signal.SIG_IGN]
    before = {name: signal.signal(name, first) for name in caught}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
