"""A worker: a thread that keeps one process that evaluates, and hands it one job after the other."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

from pydantic_core import to_json

from redraft.evaluation.fault import FaultError, LateError, UnloadableError, UnwantedError, raising
from redraft.evaluation.job import Job
from redraft.evaluation.message import Call, Load, Scored
from redraft.evaluation.process import Process

if TYPE_CHECKING:
    from redraft.evaluation.fault import Outcome
    from redraft.evaluation.job import Key
    from redraft.evaluation.target import Target
    from redraft.task import Score

__all__ = ["Employer", "Worker"]

_IMPORT = 60.0
"""Seconds that a plugin has to be imported in a process of its own."""

_STARTS, _QUICK = 5.0, 0.5
"""Seconds for which others wait for a process to start, and for a call to end."""


class Employer(Protocol):
    """Who hands jobs to workers.

    Args:
        memory: Bytes that a process may have in memory.
        patience: Seconds without a job after which a worker asks whether it may go.
    """

    memory: int
    patience: float

    def look(self) -> None:
        """Look whether there is something to do; called now and then while a job runs."""
        ...

    def release(self, worker: Worker) -> None:
        """Know that a worker has no job."""
        ...

    def lets_go(self, worker: Worker) -> bool:
        """Return whether a worker that has no job may end."""
        ...


class Worker:
    """Keeps a process for the plugins of one distribution. The thread is there as long as the process is.

    A process gets a signal when the thread that started it ends, so that thread does nothing else. Other jobs wait for
    this worker's until `first_until`: a `time.monotonic()` value.

    Args:
        key: Whom it serves.
        employer: Who hands it jobs.
    """

    def __init__(self, key: Key, employer: Employer) -> None:
        self.key = key
        self.first_until = 0.0
        self._employer = employer
        self._inbox: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._process: Process | None = None
        self._loaded: set[Target] = set()
        self._lost: set[Target] = set()
        self._dismissed = False
        self._thread = threading.Thread(target=self._work, name=f"redraft-{key.distribution}", daemon=True)
        self._thread.start()

    def give(self, job: Job) -> None:
        """Have a job done; the worker must be idle."""
        self.first_until = time.monotonic() + _STARTS
        self._inbox.put(job)

    def dismiss(self) -> None:
        """End the process: at once, even in the middle of a job."""
        self._dismissed = True
        self._inbox.put(None)

    def join(self, seconds: float) -> None:
        """Wait until the process has ended."""
        self._thread.join(seconds)

    def _work(self) -> None:
        try:
            while (job := self._next()) is not None:
                outcome = self._outcome_of(job)
                # The worker is free before anybody hears of the outcome and asks for it again.
                self.first_until = 0.0
                if not self._lost:
                    self._employer.release(self)
                job.settle(outcome)
                if self._lost:
                    self._replace()
                    self._employer.release(self)
        finally:
            self._discard()

    def _next(self) -> Job | None:
        while True:
            try:
                return self._inbox.get(timeout=self._employer.patience)
            except queue.Empty:
                if self._employer.lets_go(self):
                    return None

    def _outcome_of(self, job: Job) -> Outcome:
        try:
            self._prepare(job)
            score = None if job.material is None else self._call(job, job.material)
        except UnloadableError as error:
            return raising(error)
        except UnwantedError as error:
            self._discard()
            return raising(error)
        except Exception as error:  # noqa: BLE001 - the boundary of a plugin call: this process is not used again
            self._discard()
            self._lost = self._loaded
            return raising(error)
        return lambda: score

    def _prepare(self, job: Job) -> None:
        """Have a process with the plugin imported."""
        if job.unwanted or self._dismissed:
            raise UnwantedError
        if self._process is not None and not self._process.sound:
            self._discard()
        if self._process is None:
            self._loaded = set()
            self._process = Process(network=job.network, memory=self._employer.memory)
        self._process.introduce(job.target)
        if job.target in self._loaded:
            return
        try:
            loaded = self._ask(Load, job, seconds=min(_IMPORT, job.left))
        except LateError:
            if job.left <= 0:
                raise
            raise FaultError(f"its plugin was not imported within {_IMPORT:g} s") from None
        if loaded.error is not None:
            raise UnloadableError(f"its plugin cannot be imported: {loaded.error}")
        self._loaded.add(job.target)

    def _call(self, job: Job, material: bytes) -> Score:
        self.first_until = time.monotonic() + _QUICK
        level = self._process.log.getEffectiveLevel() if self._process else logging.WARNING
        answer = self._ask(
            Call, job, material, seconds=min(job.seconds, job.left), params=dict(job.params), level=level
        )
        if not isinstance(answer, Scored):
            raise FaultError("its process answered what is no answer")
        if answer.peak > self._employer.memory:
            self._discard()
        return answer.score

    def _ask(self, kind: type[Load | Call], job: Job, *material: bytes, seconds: float, **rest: Any) -> Any:
        number = secrets.token_hex(8)
        head = to_json(kind(number=number, target=job.target, **rest), inf_nan_mode="constants")
        if self._process is None or seconds <= 0:
            raise LateError
        return self._process.ask([head, *material], number, seconds=seconds, on_tick=lambda: self._tick(job))

    def _tick(self, job: Job) -> None:
        if job.unwanted or self._dismissed:
            raise UnwantedError
        self._employer.look()

    def _replace(self) -> None:
        """Start another process, as far as the lost one had got: the next call may not have time for imports."""
        lost, self._lost = self._lost, set()
        try:
            for target in lost:
                self._prepare(Job(target, network=self.key.network))
        except Exception:  # noqa: BLE001 - the boundary of a plugin: whoever calls it will hear what is wrong
            self._discard()

    def _discard(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()
