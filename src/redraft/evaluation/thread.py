"""A thread that one call runs in: nobody can stop it, so it is left behind where it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.evaluation.fault import Outcome

__all__ = ["in_thread", "settle"]


def in_thread(work: Callable[[], Outcome], name: str) -> tuple[threading.Thread, asyncio.Future[Outcome]]:
    """Start some work in a thread of its own; return the thread, and where its outcome will be.

    Not in the loop's executor: a process waits for that one's threads before it ends, and a call that hangs would take
    a worker from everybody.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[Outcome] = loop.create_future()

    def run() -> None:
        outcome = work()
        with contextlib.suppress(RuntimeError):  # The loop has closed: nobody waits any more.
            loop.call_soon_threadsafe(settle, result, outcome)

    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(run,), daemon=True, name=f"redraft-{name}")
    thread.start()
    return thread, result


def settle(result: asyncio.Future[Outcome], outcome: Outcome) -> None:
    """Settle what somebody waits for, unless nobody does any more."""
    if not result.done():
        result.set_result(outcome)
