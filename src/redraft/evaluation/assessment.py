"""An assessment: all evaluators of a draft, called side by side, make its verdict."""

from __future__ import annotations

import asyncio
import inspect
import logging
import math
import time
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from redraft.errors import RedraftError
from redraft.evaluation.calling import BusyError, LateError, QuitError, call
from redraft.evaluation.context import Context
from redraft.evaluation.evaluator import first_faults
from redraft.task import Score, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from redraft.evaluation.context import Models
    from redraft.evaluation.evaluator import Evaluator
    from redraft.task import Assessed, Draft, Task

__all__ = ["Use", "assess"]

_REASONS = 20
_CHARACTERS = 300

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Use:
    """How a graph uses an evaluator: with a weight, or as a gate, and with parameters."""

    evaluator: Evaluator
    weight: float = 1.0
    params: Mapping[str, Any] = field(default_factory=dict)
    gate: bool = False


async def assess(  # noqa: PLR0913 - what a run knows when it evaluates
    draft: Draft,
    task: Task,
    uses: Sequence[Use],
    *,
    ctx: Models | None = None,
    deadline: float | None = None,
    history: Sequence[Assessed] = (),
) -> Verdict:
    """Return a draft's verdict. Evaluators run side by side; one that fails gives an error, never a 0.

    Args:
        draft: The draft under evaluation.
        task: What it answers.
        uses: The evaluators, with weights and parameters.
        ctx: The models that judges ask.
        deadline: `time.monotonic()` value at which every evaluator must have finished.
        history: The last drafts with their verdicts, oldest first.
    """
    given = {"draft": draft, "task": task, "ctx": Context(ctx, history)}
    return Verdict(scores=tuple(await asyncio.gather(*(_score(use, given, deadline) for use in uses))))


async def _score(use: Use, given: Mapping[str, Any], deadline: float | None) -> Score:
    seconds = _seconds(use.evaluator, deadline)
    try:
        _require_inputs(use.evaluator, given["task"])
        params = use.evaluator.validate_params(use.params)
        returned = await call(use.evaluator, {**given, "params": params}, seconds=seconds)
        return _filed(use, _to_score(returned))
    except Exception as error:  # noqa: BLE001 - the boundary of a plugin call
        return _failed(use, error, seconds)


def _seconds(evaluator: Evaluator, deadline: float | None) -> float:
    left = math.inf if deadline is None else deadline - time.monotonic()
    return max(0.0, min(evaluator.timeout, left))


def _require_inputs(evaluator: Evaluator, task: Task) -> None:
    missing = [name for name in evaluator.needs if name not in task.inputs]
    if missing:
        raise _UnusableError(f"the task has no input '{missing[0]}'")


class _UnusableError(Exception):
    """What an evaluator returned is no score, or what it needs is not there; the message is the whole sentence."""


def _to_score(returned: Any) -> Score:
    """Return what an evaluator returned as a score; a bool counts as 0 or 1.

    Raises:
        _UnusableError: It is none.
    """
    if isinstance(returned, Score):
        return returned
    if inspect.iscoroutine(returned) or inspect.isgenerator(returned):
        returned.close()
    if not isinstance(returned, Real):
        raise _UnusableError(f"returned {_named(returned)}, not a score or a number from 0 to 1")
    value = float(returned)
    if not 0 <= value <= 1:
        raise _UnusableError(f"returned {value:g}, not a number from 0 to 1")
    return Score(value)


def _named(returned: Any) -> str:
    if returned is None:
        return "nothing (None)"
    name = type(returned).__name__
    return f"a {name}; declare the function with 'async def'" if name == "coroutine" else f"a value of type {name}"


def _filed(use: Use, score: Score) -> Score:
    """Return a score with what the graph knows of it; whatever a plugin put there is checked again."""
    if score.value is not None and not 0 <= score.value <= 1:
        raise _UnusableError(f"returned {score.value:g}, not a number from 0 to 1")
    reasons = _bounded(score.reasons)
    error = None if score.error is None else _plain(score.error)
    return Score(score.value, reasons, error=error, **_known(use))


def _failed(use: Use, error: Exception, seconds: float) -> Score:
    _log.debug("evaluator '%s' failed", use.evaluator.name, exc_info=error)
    return Score(error=_sentence(error, use.evaluator, seconds), **_known(use))


def _known(use: Use) -> dict[str, Any]:
    return {"evaluator": use.evaluator.name, "kind": use.evaluator.kind, "weight": use.weight, "gate": use.gate}


def _sentence(error: Exception, evaluator: Evaluator, seconds: float) -> str:
    match error:
        case LateError() if seconds < evaluator.timeout:
            return f"no result within the {seconds:.3g} s that were left of the run's time"
        case LateError():
            return f"no result within {evaluator.timeout:g} s"
        case BusyError():
            return "still busy with an earlier draft, for which its time was up"
        case _UnusableError() | QuitError():
            return _plain(str(error))
        case RedraftError() | ValidationError():
            return _plain(error.what if isinstance(error, RedraftError) else first_faults(error))
        case _:
            return _plain(f"{type(error).__name__}: {_message(error)}".removesuffix(": "))


def _message(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a plugin's own exception may fail to say what it is
        return ""


def _bounded(reasons: Iterable[object]) -> tuple[str, ...]:
    texts = [_plain(str(reason)) for reason in reasons]
    if len(texts) <= _REASONS:
        return tuple(texts)
    return (*texts[: _REASONS - 1], f"and {len(texts) - _REASONS + 1} more")


def _plain(text: str) -> str:
    """Return a text as one short line of printable characters: it stands in prompts, terminals and JSON."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: _CHARACTERS * 4]).split())
    return line if len(line) <= _CHARACTERS else f"{line[: _CHARACTERS - 1]}…"
