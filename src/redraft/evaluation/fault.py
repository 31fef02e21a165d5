"""The faults of calls: what keeps an evaluator from giving a score, apart from what it raises itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.task import Score

__all__ = [
    "BusyError",
    "FaultError",
    "LateError",
    "Outcome",
    "QuitError",
    "UnloadableError",
    "UnusableError",
    "UnwantedError",
    "raising",
]

Outcome: TypeAlias = "Callable[[], Score | None]"
"""What a call came to, to be opened by whoever waits for it: returns the score, or raises what was raised."""


class LateError(Exception):
    """A call took longer than it was given."""


class BusyError(Exception):
    """An earlier call of the same evaluator ran past its time, and is still running."""


class UnwantedError(Exception):
    """Nobody waits for a call any more."""


class FaultError(Exception):
    """A process ended, or did what it may not; the message is the whole sentence."""


class UnloadableError(FaultError):
    """A plugin cannot be imported in a process of its own."""


class QuitError(FaultError):
    """An evaluator raised what is meant to end a process, a thread or a task; the message names it."""


class UnusableError(FaultError):
    """What an evaluator returned is no score, or what it needs is not there."""


def raising(error: BaseException) -> Outcome:
    """Return the outcome of a call that raised an error."""

    def hand_over() -> Score | None:
        if isinstance(error, Exception):
            raise error
        raise QuitError(f"{type(error).__name__}: {error}".removesuffix(": ")) from error

    return hand_over
