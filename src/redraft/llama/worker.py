"""The worker: the one thread that owns a context. Who asks is served in order, one sequence at a time."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from redraft.errors import GenerationError, RedraftError
from redraft.llama.channel import Channel

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    Work = Callable[[Callable[[], bool]], Iterator[Any]]
    """Makes items; it is given a question to ask before each step, and ends where the answer is no."""

__all__ = ["Worker"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work
    channel: Channel[Any]
    cancelled: threading.Event = field(default_factory=threading.Event)


class Worker:
    """Runs work on a thread of its own.

    Args:
        name: The thread's name.
        release: Called on that thread when it ends.
    """

    def __init__(self, name: str, release: Callable[[], None]) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=_serve, args=(self._jobs, self._closing, release), name=f"redraft {name}", daemon=True
        )
        self._thread.start()

    async def stream(self, work: Callable[[Callable[[], bool]], Iterator[T]]) -> AsyncGenerator[T, None]:
        """Yield what the work makes. Closing this generator ends the work before its next step.

        Raises:
            GenerationError: The worker was closed.
        """
        job = _Job(work, Channel())
        self._submit(job)
        items = job.channel.take()
        try:
            async for item in items:
                yield item
        finally:
            job.cancelled.set()
            await items.aclose()

    def close(self) -> None:
        """End the work under way and the thread; what waits gets a GenerationError."""
        with self._lock:
            if not self._closing.is_set():
                self._closing.set()
                self._jobs.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _submit(self, job: _Job) -> None:
        with self._lock:
            if self._closing.is_set():
                raise _closed()
            self._jobs.put(job)


def _serve(jobs: SimpleQueue[_Job | None], closing: threading.Event, release: Callable[[], None]) -> None:
    while _serve_next(jobs, closing):
        pass
    release()


def _serve_next(jobs: SimpleQueue[_Job | None], closing: threading.Event) -> bool:
    """Serve one job; return whether there may be more.

    The frame ends with the job: a thread that waits must not keep the job's engine alive.
    """
    job = jobs.get()
    if job is None:
        return False
    if closing.is_set():
        job.channel.close(_closed())
    elif not job.cancelled.is_set():
        _run(job, closing)
    return True


def _run(job: _Job, closing: threading.Event) -> None:
    interrupted = False

    def proceed() -> bool:
        nonlocal interrupted
        interrupted = interrupted or job.cancelled.is_set() or closing.is_set()
        return not interrupted

    error: BaseException | None = None
    try:
        for item in job.work(proceed):
            if not job.channel.put(item):
                break
    except RedraftError as raised:
        error = raised
    except Exception as raised:  # noqa: BLE001 -- the thread must live on; the asker gets the error
        error = GenerationError(f"the engine failed: {type(raised).__name__}: {raised}")
        error.__cause__ = raised
    job.channel.close(error or (_closed() if interrupted else None))


def _closed() -> GenerationError:
    return GenerationError("the engine was closed")
