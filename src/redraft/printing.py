"""Output that other people's code prints: it goes to the log, since stdout carries the answer alone."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from io import TextIOBase
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["diverted"]

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_speaker: ContextVar[str | None] = ContextVar("redraft_speaker", default=None)


class _Switch(TextIOBase):
    """Stands in for stdout: what a speaker prints is logged under its name, everything else passes through.

    A context variable tells who prints, so that threads and tasks beside the speaker keep the real stdout, which
    `contextlib.redirect_stdout` would take from them.
    """

    def __init__(self, stdout: TextIO) -> None:
        self.stdout = stdout
        self.users = 0

    def write(self, text: str, /) -> int:
        """Log or pass on a text."""
        speaker = _speaker.get()
        if speaker is None:
            return self.stdout.write(text)
        if text.strip():
            _log.info("%s printed: %s", speaker, text.rstrip()[:1000])
        return len(text)

    def flush(self) -> None:
        """Flush the real stdout."""
        self.stdout.flush()

    def fileno(self) -> int:
        """Return the real stdout's descriptor."""
        return self.stdout.fileno()

    def isatty(self) -> bool:
        """Return whether the real stdout is a terminal."""
        return self.stdout.isatty()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stdout, name)


@contextmanager
def diverted(speaker: str) -> Iterator[None]:
    """Send what the code inside prints to the log, in this thread or task alone.

    Text written to the file descriptor itself (by a C library, by a child process) is not seen here.

    Args:
        speaker: Who prints, as the log names it.
    """
    switch = _enter()
    token = _speaker.set(speaker)
    try:
        yield
    finally:
        _speaker.reset(token)
        _leave(switch)


def _enter() -> _Switch | None:
    """Put a switch in the place of stdout, or use the one that is there; None where the process has no stdout."""
    with _lock:
        stdout: TextIO | None = sys.stdout
        if stdout is None:
            return None
        switch = stdout if isinstance(stdout, _Switch) else _Switch(stdout)
        switch.users += 1
        sys.stdout = switch
        return switch


def _leave(switch: _Switch | None) -> None:
    """Take a switch out with the last of its users, unless somebody else has taken the place of stdout."""
    with _lock:
        if switch is None:
            return
        switch.users -= 1
        if switch.users == 0 and sys.stdout is switch:
            sys.stdout = switch.stdout
