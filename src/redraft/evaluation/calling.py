"""A call of an evaluator: in the loop, in a thread, or in a process of its own, by what it is and who brought it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections import Counter
from typing import TYPE_CHECKING

from redraft.evaluation.bridge import Bridge
from redraft.evaluation.crew import shared_crew
from redraft.evaluation.fault import BusyError, LateError, QuitError, UnusableError, raising
from redraft.evaluation.job import Job
from redraft.evaluation.loop import loops
from redraft.evaluation.result import score_of
from redraft.evaluation.target import target_of
from redraft.evaluation.thread import in_thread, settle
from redraft.printing import diverted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from pydantic import BaseModel

    from redraft.evaluation.assessment import Use
    from redraft.evaluation.context import Models
    from redraft.evaluation.crew import Crew
    from redraft.evaluation.declaration import Evaluator
    from redraft.evaluation.fault import Outcome
    from redraft.evaluation.given import Given
    from redraft.evaluation.job import Key
    from redraft.task import Score, Task

__all__ = ["call", "warm"]

_INLINE_CHARACTERS = 10_000


async def call(evaluator: Evaluator, given: Given, params: Mapping[str, Any], *, seconds: float, left: float) -> Score:
    """Return the score that an evaluator gives.

    Args:
        evaluator: Who is called.
        given: What it is given.
        params: The parameters that the graph sets.
        seconds: The time that a call of it gets.
        left: Seconds until the run's own time is up; waiting for a process counts.

    Raises:
        LateError: It took too long.
        BusyError: An earlier call still runs.
        FaultError: It did what it may not.
        DefinitionError: A parameter is unknown, missing or of a wrong type.
        Exception: Whatever else the evaluator raises.
    """
    checked = evaluator.validate_params(params)
    if _is_quick(evaluator) and len(given.draft.text) <= _INLINE_CHARACTERS:
        return _called(evaluator, given, checked, given.task)
    seconds = min(seconds, left)
    if seconds <= 0:
        raise LateError
    if evaluator.is_async:
        return await _async(evaluator, given, checked, seconds)
    target = target_of(evaluator) if _is_isolated(evaluator) else None
    if target is None:
        return await _in_thread(evaluator, given, checked, seconds)
    job = Job(target, network=evaluator.network, params=params, material=given.packed(evaluator))
    job.seconds, job.deadline = evaluator.timeout, time.monotonic() + left
    return await _in_process(job, given.crew or shared_crew())


def warm(uses: Iterable[Use], *, crew: Crew | None = None) -> None:
    """Start the processes that evaluators will need, and import their plugins there; nobody waits for it.

    Args:
        uses: The evaluators.
        crew: Who starts them; None for the crew of this process.
    """
    crew = crew or shared_crew()
    counted: Counter[Key] = Counter()
    for evaluator in dict.fromkeys(use.evaluator for use in uses):
        target = target_of(evaluator) if _is_isolated(evaluator) else None
        if target is not None:
            job = Job(target, network=evaluator.network)
            counted[job.key] += 1
            if counted[job.key] <= crew.cores:
                crew.submit(job)


def _is_quick(evaluator: Evaluator) -> bool:
    """Return whether a call may run in the loop itself: a thread would cost more than such an evaluator does."""
    return evaluator.cost == "low" and _is_builtin(evaluator) and not evaluator.is_async


def _is_builtin(evaluator: Evaluator) -> bool:
    return str(getattr(evaluator.function, "__module__", "")).startswith("redraft.builtin.")


def _is_isolated(evaluator: Evaluator) -> bool:
    """Return whether an evaluator is to be called in a process of its own, where it can be found there."""
    forks = hasattr(os, "fork")
    return forks and not (evaluator.is_async or evaluator.in_process or _is_builtin(evaluator))


async def _in_process(job: Job, crew: Crew) -> Score:
    score = await crew.do(job)
    if score is None:
        raise UnusableError("its process gave no score")
    return score


async def _in_thread(evaluator: Evaluator, given: Given, params: BaseModel | None, seconds: float) -> Score:
    if evaluator.left_behind is not None and evaluator.left_behind.is_alive():
        raise BusyError

    def work() -> Outcome:
        try:
            with diverted(f"evaluator '{evaluator.full_name}'"):
                score = _called(evaluator, given, params, _task_for(evaluator, given))
        except BaseException as error:  # noqa: BLE001 - the boundary of a plugin call: SystemExit would end the thread unheard
            return raising(error)
        return lambda: score

    thread, result = in_thread(work, evaluator.name)
    try:
        return await _within(seconds, result)
    except LateError:
        evaluator.left_behind = thread
        raise


async def _async(evaluator: Evaluator, given: Given, params: BaseModel | None, seconds: float) -> Score:
    """Call an async evaluator: one of a plugin in the loop of its distribution, unless it vouches for itself."""
    if evaluator.origin is None or evaluator.in_process or _is_builtin(evaluator):
        work = _awaited(evaluator, given, params, given.models)
        return await _within(seconds, asyncio.ensure_future(work))
    home = asyncio.get_running_loop()
    result: asyncio.Future[Outcome] = home.create_future()
    models = None if given.models is None else Bridge(given.models, home)

    async def work_there() -> None:
        try:
            outcome = await _awaited(evaluator, given, params, models)
        except asyncio.CancelledError as error:
            outcome = raising(error)
        with contextlib.suppress(RuntimeError):  # The loop at home has closed: nobody waits any more.
            home.call_soon_threadsafe(settle, result, outcome)

    loop = loops().of(evaluator.origin.distribution)
    cancel = loop.start(work_there)
    try:
        return await _within(seconds, result)
    except (LateError, asyncio.CancelledError):
        cancel()
        if not await loop.answers():
            loops().leave(loop)
        raise


async def _within(seconds: float, result: asyncio.Future[Outcome]) -> Score:
    try:
        done, _ = await asyncio.wait({result}, timeout=seconds)
    except asyncio.CancelledError:
        result.cancel()
        raise
    if not done:
        # Not awaited: a coroutine that refuses to be cancelled must not hold up the round.
        result.cancel()
        raise LateError
    if result.cancelled():
        raise QuitError("CancelledError")
    score = result.result()()
    if score is None:
        raise UnusableError("gave no score")
    return score


def _called(evaluator: Evaluator, given: Given, params: BaseModel | None, task: Task) -> Score:
    score = score_of(evaluator.function(**given.arguments(evaluator, params, task=task)))
    _require_unchanged(task, given.task)
    return score


async def _awaited(evaluator: Evaluator, given: Given, params: BaseModel | None, models: Models | None) -> Outcome:
    task = _task_for(evaluator, given)
    try:
        with diverted(f"evaluator '{evaluator.full_name}'"):
            arguments = given.arguments(evaluator, params, task=task, models=models)
            score = score_of(await evaluator.function(**arguments))
        _require_unchanged(task, given.task)
    except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 - the boundary of a plugin call: the loop goes on
        return raising(error)
    return lambda: score


def _task_for(evaluator: Evaluator, given: Given) -> Task:
    return given.task if _is_builtin(evaluator) else given.own_task()


def _require_unchanged(task: Task, given: Task) -> None:
    if task is not given and task.inputs != given.inputs:
        raise UnusableError("changed the task's inputs; copy them before changing them")
