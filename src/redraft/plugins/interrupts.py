"""Interrupts: whether a KeyboardInterrupt is a person's Ctrl-C, or something that a plugin raised."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["watched"]


@contextmanager
def watched() -> Iterator[Callable[[], bool]]:
    """Give a function that tells whether SIGINT has arrived inside; what handles it does so as before."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        # Python raises a person's interrupt in the main thread alone.
        yield lambda: False
        return
    handle, arrived = before, threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        arrived.set()
        handle(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield arrived.is_set
    finally:
        if signal.getsignal(signal.SIGINT) is note:
            signal.signal(signal.SIGINT, before)
