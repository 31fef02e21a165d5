"""Ctrl-C and SIGTERM: the process is gone within a second, and what was made so far is handed over."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from contextvars import Context
from typing import TYPE_CHECKING

from redraft.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["ending", "leaving"]

_GRACE = 0.6
"""Seconds that a run has to hand over its outcome."""


@contextmanager
def leaving(last_words: Callable[[], None]) -> Iterator[None]:
    """Say the last words and leave at the first signal: for the time before there is anything to hand over.

    A KeyboardInterrupt would not do: raised amid an import, it can be swallowed, or come out as another error.
    """

    def leave() -> None:
        # In a context of their own: amid the import of a plugin they would count as what that one prints.
        Context().run(last_words)
        os._exit(ExitCode.INTERRUPTED)

    with _at_signal(leave):
        yield


@contextmanager
def ending(end: Callable[[], None]) -> Iterator[None]:
    """Call `end` at the first signal; raise KeyboardInterrupt at the second, or when the grace is over."""

    def first() -> None:
        for number in caught:
            signal.signal(number, _give_up)
        if hasattr(signal, "setitimer"):  # not on Windows: there, a second Ctrl-C does it
            signal.signal(signal.SIGALRM, _give_up)
            signal.setitimer(signal.ITIMER_REAL, _GRACE)
        end()

    with _at_signal(first) as caught:
        try:
            yield
        finally:
            if hasattr(signal, "setitimer"):
                signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _at_signal(action: Callable[[], None]) -> Iterator[tuple[signal.Signals, ...]]:
    # What a parent told us to ignore (`nohup`, a shell's background job) stays ignored.
    caught = tuple(s for s in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(s) is not signal.SIG_IGN)
    before = {number: signal.signal(number, lambda *_: action()) for number in caught}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
