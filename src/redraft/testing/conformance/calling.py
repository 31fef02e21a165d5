"""A direct call of an evaluator: its plain function, without anything around it."""

from __future__ import annotations

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from redraft.evaluation import Context

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from pydantic import BaseModel

    from redraft.evaluation import Evaluator
    from redraft.task import Draft, Task

__all__ = ["arguments", "call", "run_alone"]


def call(evaluator: Evaluator, given: Mapping[str, Any]) -> Any:
    """Return what an evaluator returns for its arguments, or raise what it raises."""
    returned = evaluator.function(**given)
    return run_alone(returned) if inspect.iscoroutine(returned) and evaluator.is_async else returned


def arguments(evaluator: Evaluator, draft: Draft, task: Task, params: BaseModel | None, models: Any) -> dict[str, Any]:
    """Return the arguments that an evaluator asks for."""
    given = {"draft": draft, "task": task, "params": params, "ctx": Context(models, least=evaluator.sandbox)}
    return {name: given[name] for name in evaluator.arguments}


def run_alone(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Return what a coroutine returns, in a loop of its own; in a thread where this one has a loop already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
