"""A snapshot: the state of a process that all code in it shares."""

from __future__ import annotations

import decimal
import locale
import os
import random
import signal
import sys
import warnings
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

__all__ = ["Snapshot"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a process that an evaluator shares with everybody else in it."""

    cwd: str
    environ: dict[str, str]
    random: Any
    locale: str
    signals: dict[int, Any]
    warnings: list[Any]
    interpreter: dict[str, Any]

    @classmethod
    def take(cls) -> Snapshot:
        """Return the state as it is now."""
        interpreter = {
            "the recursion limit": sys.getrecursionlimit(),
            "the switch interval": sys.getswitchinterval(),
            "sys.path": list(sys.path),
            "the precision of decimals": decimal.getcontext().prec,
            "sys.stdout": sys.stdout,
        }
        return cls(
            os.getcwd(),  # noqa: PTH109 - as a text
            dict(os.environ),
            random.getstate(),
            locale.setlocale(locale.LC_ALL),
            {number: signal.getsignal(number) for number in signal.valid_signals()},
            list(warnings.filters),
            interpreter,
        )

    def restore(self) -> None:
        """Make the state what it was; what imports changed once does not count as what calls change."""
        os.chdir(self.cwd)
        os.environ.clear()
        os.environ.update(self.environ)
        random.setstate(self.random)
        locale.setlocale(locale.LC_ALL, self.locale)
        warnings.filters[:] = self.warnings  # type: ignore[index]
        for number, handler in self.signals.items():
            with suppress(OSError, ValueError, TypeError):  # Some cannot be set, and some are not Python's.
                signal.signal(number, handler)
        sys.setrecursionlimit(self.interpreter["the recursion limit"])
        sys.setswitchinterval(self.interpreter["the switch interval"])
        sys.path[:] = self.interpreter["sys.path"]
        decimal.getcontext().prec = self.interpreter["the precision of decimals"]
        sys.stdout = self.interpreter["sys.stdout"]

    def changes(self) -> dict[str, str]:
        """Return what is different now: the part, and what it has become."""
        now = Snapshot.take()
        changed = {
            name: str(getattr(now, name)) for name in ("cwd", "locale") if getattr(now, name) != getattr(self, name)
        }
        handlers = [_signal(number) for number, handler in now.signals.items() if handler != self.signals[number]]
        if handlers:
            changed["signals"] = ", ".join(handlers)
        if now.warnings != self.warnings:
            changed["warnings"] = f"{len(now.warnings)} filters, before it were {len(self.warnings)}"
        variables = sorted(
            key for key in {*now.environ, *self.environ} if now.environ.get(key) != self.environ.get(key)
        )
        if variables:
            changed["environ"] = ", ".join(variables)
        if now.random != self.random:
            changed["random"] = "another state"
        others = [key for key, value in now.interpreter.items() if value != self.interpreter[key]]
        return changed | ({"interpreter": ", ".join(others)} if others else {})


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
