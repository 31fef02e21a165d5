"""Runs made in processes of their own, each with its engine: a small model is done before Python is."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import queue
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from redraft.bench.filling import Made, filled
from redraft.bench.recorded import Failure, Run
from redraft.errors import RedraftError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft.bench.filling import Plan
    from redraft.bench.job import Job

__all__ = ["made_beside"]

LOOK = 0.5
"""Seconds between two looks at whether the other side is still there."""

PATIENCE = 5.0
"""Seconds that a process has to leave."""


def made_beside(plan: Plan, jobs: Sequence[Job], *, processes: int) -> Iterator[Made]:
    """Yield what so many processes make of the jobs; they are gone when the iteration is over or is given up.

    Args:
        plan: What is run; its model is a file.
        jobs: The jobs.
        processes: How many at most.

    Raises:
        RedraftError: One of them could not begin, or ended before its work was done.
    """
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    # The jobs of a task are one process's: they share prompts, which an engine does not compute again.
    places = {name: place for place, name in enumerate(dict.fromkeys((job.graph, job.name) for job in jobs))}
    shares = [[job for job in jobs if places[job.graph, job.name] % processes == part] for part in range(processes)]
    workers = [context.Process(target=_work, args=(plan, share, results), daemon=True) for share in shares if share]
    for worker in workers:
        worker.start()
    try:
        yield from _results(workers, results)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(PATIENCE)


def _results(workers: Sequence[Any], results: Any) -> Iterator[Made]:
    left = len(workers)
    while left:
        try:
            found = results.get(timeout=LOOK)
        except queue.Empty:
            _require_alive(workers)
            continue
        match found:
            case None:
                left -= 1
            case BaseException():
                raise found
            case (str() as graph, kind, text):
                yield Made(graph, None if text is None else _KINDS[kind].model_validate_json(text))


_KINDS: dict[str, type[Run | Failure]] = {"Run": Run, "Failure": Failure}


def _require_alive(workers: Sequence[Any]) -> None:
    """Refuse to wait for a process that died: it was killed, or ran out of memory.

    Raises:
        RedraftError: One did.
    """
    dead = next((worker for worker in workers if worker.exitcode not in {None, 0}), None)
    if dead is not None:
        what = f"a process that makes runs ended with exit code {dead.exitcode}"
        raise RedraftError(what, mend="Run the same command again: it goes on from what is there.")


def _work(plan: Plan, jobs: Sequence[Job], results: Any) -> None:
    # Ctrl-C reaches the whole group; the process that was asked ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    try:
        asyncio.run(_worked(plan, jobs, results, parent))
        results.put(None)
    except RedraftError as error:
        results.put(error)
    except Exception as error:  # noqa: BLE001 -- the boundary of a process: whatever it is, the other side says it
        results.put(RedraftError(f"{type(error).__name__}: {error}"))


async def _worked(plan: Plan, jobs: Sequence[Job], results: Any, parent: int) -> None:
    watch = asyncio.create_task(_watched(parent))
    async for one in filled(plan, jobs):
        text = None if one.run is None else one.run.model_dump_json()
        results.put((one.graph, type(one.run).__name__, text))
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch


async def _watched(parent: int) -> None:
    """End the process where the one that started it is gone: nobody would read what it makes."""
    while os.getppid() == parent:  # noqa: ASYNC110 -- nobody says that a process is gone
        await asyncio.sleep(LOOK)
    os._exit(1)
