"""An assessment: all evaluators of a draft, called side by side, make its verdict."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from redraft.evaluation.calling import call
from redraft.evaluation.fault import BusyError, LateError, UnusableError
from redraft.evaluation.given import Given
from redraft.evaluation.result import plain, score_of, sentence_of
from redraft.task import Score, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redraft.evaluation.context import Models
    from redraft.evaluation.crew import Crew
    from redraft.evaluation.declaration import Evaluator, Need
    from redraft.task import Assessed, Draft, Task

__all__ = ["Use", "assess"]

_TYPES: dict[Need, tuple[type, ...]] = {"text": (str,), "list": (list, tuple), "number": (int, float)}

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
    allow_network: bool = False,
    crew: Crew | None = None,
) -> Verdict:
    """Return a draft's verdict. Evaluators run side by side; one that fails gives an error, never a 0.

    Args:
        draft: The draft under evaluation.
        task: What it answers.
        uses: The evaluators, with weights and parameters.
        ctx: The models that judges ask.
        deadline: `time.monotonic()` value at which every evaluator must have finished.
        history: The last drafts with their verdicts, oldest first.
        allow_network: Whether evaluators that declare `network` may be called.
        crew: Who calls evaluators in processes of their own; None for the crew of this process.
    """
    given = Given(draft, task, tuple(history), ctx, crew)
    scores = (_score(use, given, deadline, allow_network=allow_network) for use in uses)
    return Verdict(scores=tuple(await asyncio.gather(*scores)))


async def _score(use: Use, given: Given, deadline: float | None, *, allow_network: bool) -> Score:
    evaluator, left = use.evaluator, math.inf if deadline is None else max(0.0, deadline - time.monotonic())
    try:
        _require_network(evaluator, allowed=allow_network)
        _require_inputs(evaluator, given.task)
        score = await call(evaluator, given, use.params, seconds=evaluator.timeout, left=left)
        return _filed(use, score)
    except Exception as error:  # noqa: BLE001 - the boundary of a plugin call
        return _failed(use, error, min(evaluator.timeout, left))


def _require_inputs(evaluator: Evaluator, task: Task) -> None:
    missing = [name for name in evaluator.needs if name not in task.inputs]
    if missing:
        raise UnusableError(f"the task has no input '{missing[0]}'")
    for name, need in evaluator.need_of.items():
        if not _fits(task.inputs[name], need):
            raise UnusableError(f"the task's input '{name}' is not a {need}: {task.inputs[name]!r:.60}")


def _fits(value: object, need: Need) -> bool:
    return need == "json" or (isinstance(value, _TYPES[need]) and not isinstance(value, bool))


def _require_network(evaluator: Evaluator, *, allowed: bool) -> None:
    if evaluator.network and not allowed:
        raise UnusableError("calls out of this machine, which is not allowed; allow it with --allow-network")


def _filed(use: Use, score: Score) -> Score:
    """Return a score with what the graph knows of it; whatever a plugin put there is checked again."""
    score = score_of(score)
    error = None if score.error is None else _blamed(use.evaluator, score.error)
    return Score(score.value, score.reasons, error=error, **_known(use))


def _failed(use: Use, error: Exception, seconds: float) -> Score:
    _log.debug("evaluator '%s' failed", use.evaluator.name, exc_info=error)
    return Score(error=_blamed(use.evaluator, _sentence(error, use.evaluator, seconds)), **_known(use))


def _blamed(evaluator: Evaluator, sentence: str) -> str:
    """Return a sentence with the distribution that it is about, where there is one."""
    return plain(f"{evaluator.brought_by}: {sentence}") if evaluator.brought_by else sentence


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
        case _:
            return sentence_of(error)
