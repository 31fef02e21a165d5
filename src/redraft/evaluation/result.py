"""The result of a call: whatever an evaluator returned or raised, as a score that is bounded and plain."""

from __future__ import annotations

import inspect
from numbers import Real
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from redraft.errors import RedraftError
from redraft.evaluation.declaration import first_faults
from redraft.evaluation.fault import FaultError, UnusableError
from redraft.task import Score
from redraft.text import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["bounded", "plain", "score_of", "sentence_of"]

_REASONS = 20
_CHARACTERS = 300
_IN_ALL = 2_000
_NOTE = 20


def score_of(returned: Any) -> Score:
    """Return what an evaluator returned as a score; a bool counts as 0 or 1.

    Raises:
        UnusableError: It is none.
    """
    if isinstance(returned, Score):
        return _checked(returned)
    if inspect.iscoroutine(returned) or inspect.isgenerator(returned):
        returned.close()
    if not isinstance(returned, Real):
        raise UnusableError(f"returned {_named(returned)}, not a score or a number from 0 to 1")
    return Score(_unit(float(returned)))


def _checked(score: Score) -> Score:
    """Return a score with everything in it checked again: it may have been made past every check."""
    reasons = score.reasons if isinstance(score.reasons, list | tuple) else (score.reasons,)
    error = None if score.error is None else plain(str(score.error))
    return Score(None if score.value is None else _unit(float(score.value)), bounded(reasons), error=error)


def _unit(value: float) -> float:
    if not 0 <= value <= 1:
        raise UnusableError(f"returned {value:g}, not a number from 0 to 1")
    return value


def _named(returned: Any) -> str:
    if returned is None:
        return "nothing (None)"
    name = type(returned).__name__
    return f"a {name}; declare the function with 'async def'" if name == "coroutine" else f"a value of type {name}"


def sentence_of(error: BaseException) -> str:
    """Return what an exception says, as one plain sentence."""
    if isinstance(error, FaultError):
        return plain(_message(error))
    if isinstance(error, RedraftError):
        end = "" if error.what.endswith((".", "?", "!")) else "."
        return plain(f"{error.what}{end} {error.mend}" if error.mend else error.what)
    if isinstance(error, ValidationError):
        return plain(first_faults(error))
    return plain(f"{type(error).__name__}: {_message(error)}".removesuffix(": "))


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:  # noqa: BLE001 - a plugin's own exception may fail to say what it is, in any way
        return ""


def bounded(reasons: Iterable[object]) -> tuple[str, ...]:
    """Return at most 20 reasons, each a short line, of 2,000 characters in all; bounding them again changes nothing."""
    given, kept, left = tuple(reasons), [], _IN_ALL
    most = _REASONS if len(given) <= _REASONS else _REASONS - 1
    for place, reason in enumerate(given[:most]):
        text = plain(str(reason))
        # The last one may be the note of an earlier time.
        if len(text) > left + (_NOTE if place == len(given) - 1 else 0):
            break
        kept.append(text)
        left -= len(text)
    missing = len(given) - len(kept)
    return (*kept, f"and {missing} more") if missing else tuple(kept)


def plain(text: str) -> str:
    """Return a text as one short line of printable characters: it stands in prompts, terminals and JSON."""
    return excerpt(text, _CHARACTERS)
