"""The surroundings of a process: what a plugin may change in it for everybody."""

from __future__ import annotations

import locale
import os
import signal
from contextlib import suppress

__all__ = ["Surroundings"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGABRT, signal.SIGSEGV)


class Surroundings:
    """The working folder, the environment, the handlers of signals and the locale, as they were last."""

    def __init__(self) -> None:
        self._home = os.open(".", os.O_RDONLY)
        self._known = self._now()

    def changes(self) -> tuple[str, ...]:
        """Return what has changed since the last time, and go back to the working folder."""
        now = self._now()
        changed = tuple(name for name, value in now.items() if value != self._known[name])
        self._known = now | {"the working folder": self._known["the working folder"]}
        if "the working folder" in changed:
            with suppress(OSError):
                os.fchdir(self._home)
        return changed

    def _now(self) -> dict[str, object]:
        return {
            "the working folder": _folder(),
            "the environment": dict(os.environ),
            "the handlers of signals": [signal.getsignal(number) for number in _SIGNALS],
            "the locale": locale.setlocale(locale.LC_ALL),
        }


def _folder() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 - a path is made at every call
    except OSError:
        return None
