"""A call of an evaluator: in the loop, or in a thread of its own that cannot hold up the process."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from redraft.printing import diverted

if TYPE_CHECKING:
    from redraft.evaluation.evaluator import Evaluator

__all__ = ["BusyError", "LateError", "QuitError", "call"]

_INLINE_CHARACTERS = 10_000

# What a call came to, to be opened by whoever waits for it: returns the result, or raises what the evaluator raised.
_Outcome = Callable[[], Any]


class LateError(Exception):
    """A call took longer than it was given."""


class BusyError(Exception):
    """An earlier call of the same evaluator ran past its time, and is still running."""


class QuitError(Exception):
    """An evaluator raised what is meant to end a process, a thread or a task; the message names it."""


async def call(evaluator: Evaluator, given: Mapping[str, Any], *, seconds: float) -> Any:
    """Return what an evaluator returns for the arguments that it asks for.

    Args:
        evaluator: Who is called.
        given: All arguments there are, by name.
        seconds: The time that it gets. A function in a thread cannot be stopped: it is left behind, and its evaluator
            is not called again while it runs.

    Raises:
        LateError: It took too long.
        BusyError: An earlier call still runs.
        QuitError: It tried to end more than itself.
        Exception: Whatever else the evaluator raises.
    """
    asked = {name: given[name] for name in evaluator.arguments}
    if _is_quick(evaluator) and len(given["draft"].text) <= _INLINE_CHARACTERS:
        return evaluator.function(**asked)
    if seconds <= 0:
        raise LateError
    if evaluator.is_async:
        return await _within(seconds, asyncio.ensure_future(_awaited(evaluator, asked)))
    if evaluator.left_behind is not None and evaluator.left_behind.is_alive():
        raise BusyError
    thread, result = _in_thread(evaluator, asked)
    try:
        return await _within(seconds, result)
    except LateError:
        evaluator.left_behind = thread
        raise


def _is_quick(evaluator: Evaluator) -> bool:
    """Return whether a call may run in the loop itself: a thread would cost more than such an evaluator does."""
    return evaluator.cost == "low" and str(getattr(evaluator.function, "__module__", "")).startswith("redraft.builtin.")


async def _within(seconds: float, result: asyncio.Future[_Outcome]) -> Any:
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
    return result.result()()


def _in_thread(evaluator: Evaluator, asked: Mapping[str, Any]) -> tuple[threading.Thread, asyncio.Future[_Outcome]]:
    """Start a function in a thread of its own.

    Not in the loop's executor: a process waits for that one's threads before it ends, and a call that hangs would take
    a worker from everybody.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[_Outcome] = loop.create_future()

    def work() -> None:
        outcome = _called(evaluator, asked)
        with contextlib.suppress(RuntimeError):  # The loop has closed: nobody waits any more.
            loop.call_soon_threadsafe(_settle, result, outcome)

    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(work,), daemon=True, name=f"redraft-{evaluator.name}")
    thread.start()
    return thread, result


def _settle(result: asyncio.Future[_Outcome], outcome: _Outcome) -> None:
    if not result.done():
        result.set_result(outcome)


def _called(evaluator: Evaluator, asked: Mapping[str, Any]) -> _Outcome:
    try:
        with diverted(f"evaluator '{evaluator.name}'"):
            value = evaluator.function(**asked)
    except BaseException as error:  # noqa: BLE001 - the boundary of a plugin call: SystemExit would end the thread unheard
        return _raising(error)
    return lambda: value


async def _awaited(evaluator: Evaluator, asked: Mapping[str, Any]) -> _Outcome:
    try:
        with diverted(f"evaluator '{evaluator.name}'"):
            value = await evaluator.function(**asked)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the boundary of a plugin call: SystemExit would end the loop
        return _raising(error)
    return lambda: value


def _raising(error: BaseException) -> _Outcome:
    def hand_over() -> Any:
        if isinstance(error, Exception):
            raise error
        raise QuitError(f"{type(error).__name__}: {error}".removesuffix(": ")) from error

    return hand_over
