"""The driver: the one thread that owns a context, and makes its scheduler's steps."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from redraft.errors import GenerationError, RedraftError
from redraft.llama.channel import Channel
from redraft.llama.schedule.scheduler import failure
from redraft.llama.schedule.sequence import Sequence

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from redraft.llama.schedule.scheduler import Scheduler
    from redraft.llama.schedule.sequence import Work

__all__ = ["Driver", "Errand"]

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Errand:
    """Work beside the sequences, in short steps: it makes None until it makes its result."""

    steps: Iterator[Any]
    channel: Channel[Any]
    cancelled: bool = False


@dataclass(slots=True)
class _Inbox:
    """What other threads hand in: sequences, errands, and None to look again."""

    queue: SimpleQueue[Sequence | Errand | None] = field(default_factory=SimpleQueue)
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, item: Sequence | Errand) -> None:
        with self.lock:
            if self.closing.is_set():
                raise closed()
            self.queue.put(item)

    def wake(self) -> None:
        self.queue.put(None)


class Driver:
    """Runs a scheduler on a thread of its own.

    Args:
        name: The thread's name.
        scheduler: The scheduler.
        release: Called on that thread when it ends.
    """

    def __init__(self, name: str, scheduler: Scheduler, release: Callable[[], None]) -> None:
        self._inbox = _Inbox()
        self._tickets = count(1)
        self.thread = threading.Thread(
            target=_serve, args=(self._inbox, scheduler, release), name=f"redraft {name}", daemon=True
        )
        self.thread.start()

    async def stream(self, work: Work, run: str = "") -> AsyncGenerator[Any, None]:
        """Yield what a work makes. Closing this generator ends it before the next step.

        Raises:
            GenerationError: The driver was closed, or the model could not go on.
        """
        sequence = Sequence(next(self._tickets), run, work, Channel(self._inbox.wake))
        async with contextlib.aclosing(self._taken(sequence)) as items:
            async for item in items:
                yield item

    async def result(self, steps: Iterator[T | None]) -> T:
        """Return what an errand makes.

        Raises:
            GenerationError: The driver was closed.
        """
        async with contextlib.aclosing(self._taken(Errand(steps, Channel(self._inbox.wake)))) as items:
            return await anext(items)

    def close(self) -> None:
        """End all that is under way, and the thread."""
        with self._inbox.lock:
            self._inbox.closing.set()
            self._inbox.wake()
        if threading.current_thread() is not self.thread:
            self.thread.join()

    async def _taken(self, asked: Sequence | Errand) -> AsyncGenerator[Any, None]:
        self._inbox.put(asked)
        items = asked.channel.take()
        try:
            async for item in items:
                yield item
        finally:
            asked.cancelled = True
            self._inbox.wake()
            await items.aclose()


def _serve(inbox: _Inbox, scheduler: Scheduler, release: Callable[[], None]) -> None:
    errands: deque[Errand] = deque()
    try:
        while not inbox.closing.is_set():
            _receive(inbox, scheduler, errands)
            if not inbox.closing.is_set():
                scheduler.step()
                _run(errands)
    finally:
        with inbox.lock:
            inbox.closing.set()
            _receive(inbox, scheduler, errands, wait=False)
        scheduler.fail(closed())
        for errand in errands:
            errand.channel.close(closed())
        release()


def _receive(inbox: _Inbox, scheduler: Scheduler, errands: deque[Errand], *, wait: bool = True) -> None:
    """Take what was handed in; wait for it where there is nothing else to do."""
    patience = _patience(scheduler) if wait and scheduler.idle and not errands else 0.0
    while True:
        try:
            item = inbox.queue.get(timeout=patience) if patience else inbox.queue.get_nowait()
        except Empty:
            return
        patience = 0.0
        if isinstance(item, Errand):
            errands.append(item)
        elif item is not None:
            scheduler.add(item)


def _patience(scheduler: Scheduler) -> float:
    """Return the seconds until something is due."""
    deadline = scheduler.deadline
    return threading.TIMEOUT_MAX if deadline is None else max(deadline - time.monotonic(), 0.001)


def _run(errands: deque[Errand]) -> None:
    """Make one step of the errand that came first."""
    if not errands:
        return
    errand = errands.popleft()
    if errand.cancelled:
        return
    error: RedraftError | None = None
    try:
        made = next(errand.steps)
    except RedraftError as raised:
        error = raised
    except Exception as raised:  # noqa: BLE001 -- the thread must live on; the asker gets the error
        error = failure(raised)
    else:
        if made is None:
            # One errand at a time: their contexts hold one.
            errands.appendleft(errand)
            return
        errand.channel.put(made)
    errand.channel.close(error)


def closed() -> GenerationError:
    """Return the error of those whose engine is gone."""
    return GenerationError("the engine was closed")
