"""People: who answers what a graph asks, while the run's clock stands."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redraft.graph.questions import Question

    Answerer: TypeAlias = Callable[[Question], str | None]
    """Returns what a person answers, or None where nobody is there."""

__all__ = ["Pausing", "answered"]


@dataclass(slots=True)
class Pausing:
    """A clock in seconds that stands still while somebody is waited for."""

    waited: float = 0.0
    since: float | None = field(default=None)

    def __call__(self) -> float:
        """Return the time without what was waited."""
        return (time.monotonic() if self.since is None else self.since) - self.waited

    @contextlib.contextmanager
    def standing(self) -> Iterator[None]:
        """Let the clock stand until the block is left."""
        self.since = time.monotonic()
        try:
            yield
        finally:
            self.waited += time.monotonic() - self.since
            self.since = None


async def answered(answer: Answerer, question: Question) -> str | None:
    """Return what somebody answers; asked in a thread of its own, which keeps neither the loop nor the process.

    Args:
        answer: Who is asked.
        question: What is asked.

    Raises:
        UsageError: The answer is no text.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[str | None] = loop.create_future()

    def settle(given: str | None, error: BaseException | None) -> None:
        if not result.done():
            result.set_exception(error) if error else result.set_result(given)

    def ask() -> None:
        given, error = None, None
        try:
            given = answer(question)
        except Exception as raised:  # noqa: BLE001 -- the caller's own function: what it raises is told to the caller
            error = raised
        with contextlib.suppress(RuntimeError):  # The loop has closed: nobody waits any more.
            loop.call_soon_threadsafe(settle, given, error)

    threading.Thread(target=ask, daemon=True, name="redraft-question").start()
    given = await result
    if given is not None and not isinstance(given, str):
        raise UsageError(f"the answer to '{question.node}' is a text, not {given!r:.60}")
    return given
