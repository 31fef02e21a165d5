"""The crew: all workers of this process, who share its processors."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import os
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from redraft.evaluation.fault import FaultError, LateError, raising
from redraft.evaluation.thread import settle
from redraft.evaluation.worker import Worker

if TYPE_CHECKING:
    from redraft.evaluation.fault import Outcome
    from redraft.evaluation.job import Job, Key
    from redraft.task import Score

__all__ = ["MEMORY", "Crew", "shared_crew"]

MEMORY = 2 << 30
"""Bytes that a process which evaluates may have in memory, together with what it starts."""

_PATIENCE = 0.5
"""Seconds that a job waits before others that a free process would rather do."""

_IDLE = 10.0
_NEAR = 32
_FAREWELL = 2.0


class Crew:
    """Hands jobs to workers: as many at a time as there are processors, more where calls take long.

    `cores` says how many that are.

    Args:
        cores: How many jobs run at a time, as long as they are quick.
        memory: Bytes that each process may have in memory.
        idle: Seconds without a job after which a process ends.
    """

    def __init__(self, *, cores: int | None = None, memory: int = MEMORY, idle: float = _IDLE) -> None:
        self.cores = cores or _cores()
        self._most = max(8, 4 * self.cores)
        self.memory = memory
        self.patience = idle
        self._lock = threading.RLock()
        self._waiting: deque[Job] = deque()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._closed = False

    async def do(self, job: Job) -> Score | None:
        """Have a job done, and return what came of it.

        Raises:
            LateError: Its time was up.
            Exception: Whatever else became of it.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Outcome] = loop.create_future()

        def tell(outcome: Outcome) -> None:
            with contextlib.suppress(RuntimeError):  # The loop has closed: nobody waits any more.
                loop.call_soon_threadsafe(settle, done, outcome)

        job.settle = tell
        self.submit(job)
        try:
            await asyncio.wait({done}, timeout=None if job.deadline == float("inf") else job.left)
        finally:
            job.unwanted = not done.done()
        if job.unwanted:
            raise LateError
        return done.result()()

    def submit(self, job: Job) -> None:
        """Take a job; it is done as soon as there is a worker for it."""
        with self._lock:
            if not self._closed:
                self._waiting.append(job)
                self._dispatch()
                return
        job.settle(raising(FaultError("no process evaluates any more")))

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            waiting = [*self._waiting]
            self._waiting.clear()
            workers = [*self._idle, *self._busy]
            self._idle.clear()
        for job in waiting:
            job.settle(raising(FaultError("no process evaluates any more")))
        for worker in workers:
            worker.dismiss()
        ends = time.monotonic() + _FAREWELL
        for worker in workers:
            worker.join(max(0, ends - time.monotonic()))

    def _dispatch(self) -> None:
        with self._lock:
            while self._waiting and not self._closed and self._has_room():
                job = self._waiting.popleft()
                if job.unwanted:
                    continue
                worker = self._worker_for(job.key)
                self._busy.add(worker)
                worker.give(job)

    def _has_room(self) -> bool:
        now = time.monotonic()
        active = sum(now < worker.first_until for worker in self._busy)
        return active < self.cores and len(self._busy) < self._most

    def _worker_for(self, key: Key) -> Worker:
        """Return an idle worker of a key, the one that was busy last; or a new one, in the place of an idle one."""
        mine = [worker for worker in self._idle if worker.key == key]
        if mine:
            self._idle.remove(mine[-1])
            return mine[-1]
        if len(self._idle) + len(self._busy) >= self._most and self._idle:
            self._idle.pop(0).dismiss()
        return Worker(key, self)

    def look(self) -> None:
        """Hand out a job where one waits, and those that run have been running for long."""
        if self._waiting:
            self._dispatch()

    def release(self, worker: Worker) -> None:
        """Know that a worker has no job."""
        with self._lock:
            self._busy.discard(worker)
            if self._closed:
                return
            self._idle.append(worker)
            self._prefer(worker.key)
            self._dispatch()

    def _prefer(self, key: Key) -> None:
        """Put a job that a free process serves before the others, where the first one has not waited for long."""
        if not self._waiting or time.monotonic() - self._waiting[0].born > _PATIENCE:
            return
        near = (place for place, job in enumerate(self._waiting) if place < _NEAR and job.key == key)
        place = next(near, 0)
        if place:
            job = self._waiting[place]
            del self._waiting[place]
            self._waiting.appendleft(job)

    def lets_go(self, worker: Worker) -> bool:
        """Return whether a worker that has no job may end."""
        with self._lock:
            if worker not in self._idle:
                return False
            self._idle.remove(worker)
            return True


def _cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shared_crew() -> Crew:
    """Return the crew of this process."""
    return _crew_of(os.getpid())


@functools.cache
def _crew_of(process: int) -> Crew:
    crew = Crew()
    # A copy of this process inherits what runs at its end, but not the threads: it has nothing to end.
    atexit.register(lambda: crew.close() if os.getpid() == process else None)
    return crew
