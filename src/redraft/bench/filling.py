"""Runs side by side on one engine: every method on every task, the loop first, for it says what the others may use."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from redraft.bench.recorded import Failure, Run
from redraft.bench.recording import Way, record
from redraft.runs.engines import EnginePool
from redraft.runs.preparation import Order, prepare

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
    from pathlib import Path

    from redraft.bench.job import Job
    from redraft.bench.methods import Methods
    from redraft.llama.interface import Engine
    from redraft.plugins import Loaded
    from redraft.runs.preparation import Prepared

__all__ = ["Made", "Plan", "filled"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run, and on what.

    Args:
        graphs: The graphs with their methods, by the names under which jobs have them.
        models: The model's file of each, or an open engine, which only the same process can use.
        project: The project folder.
        plugins: Loads the plugins; it crosses to other processes.
        side_by_side: Runs under way at once in one process.
    """

    graphs: Mapping[str, Methods]
    models: Mapping[str, str | Engine]
    project: Path
    plugins: Callable[[], Loaded]
    side_by_side: int = 16


@dataclass(frozen=True, slots=True)
class Made:
    """A run that was made, or could not be; or a job that is done (None)."""

    graph: str
    run: Run | Failure | None


async def filled(plan: Plan, jobs: Sequence[Job]) -> AsyncGenerator[Made, None]:
    """Yield runs as they are made, and a `Made` without one behind the last of each job.

    Raises:
        RedraftError: A graph could not be prepared: its model cannot be loaded, its plugin is broken.
    """
    waiting, made = iter(jobs), asyncio.Queue[Made | None]()
    desk = _Desk(plan, jobs)

    async def work() -> None:
        for job in waiting:
            async for one in desk.done(job):
                made.put_nowait(one)

    async def all_work() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(plan.side_by_side, len(jobs))):
                    group.create_task(work())
        finally:
            made.put_nowait(None)

    try:
        await asyncio.to_thread(desk.open)
        working = asyncio.create_task(all_work())
        try:
            while (one := await made.get()) is not None:
                yield one
            await _finished(working)
        finally:
            working.cancel()
            await asyncio.wait([working])
    finally:
        await desk.close()


async def _finished(working: asyncio.Task[None]) -> None:
    """Wait for work to end; where several failed, the first says why."""
    try:
        await working
    except ExceptionGroup as group:
        raise group.exceptions[0] from group


@dataclass
class _Desk:
    """Everything that walks the methods of a plan's graphs."""

    plan: Plan
    jobs: Sequence[Job]
    _ways: dict[str, list[Way]] = field(default_factory=dict)
    _opened: list[Prepared] = field(default_factory=list)

    @cached_property
    def _pool(self) -> EnginePool:
        return EnginePool(sequences=self.plan.side_by_side)

    def open(self) -> None:
        """Prepare every graph that has a job, by its first task."""
        plugins = self.plan.plugins()
        for job in {job.graph: job for job in reversed(self.jobs)}.values():
            methods = self.plan.graphs[job.graph].made
            spec = methods[0].spec
            prompt = job.task.prompt if spec.prompt is None else None
            prepared = prepare(
                Order(
                    prompt=prompt,
                    graph=spec,
                    inputs=job.task.inputs,
                    model=self.plan.models[job.graph],
                    project=self.plan.project,
                    engines=self._pool,
                    plugins=plugins,
                )
            )
            self._opened.append(prepared)
            self._ways[job.graph] = [Way.of(prepared, method) for method in methods]

    async def close(self) -> None:
        """Give back the engines."""
        for prepared in self._opened:
            await prepared.engines.close()
        await self._pool.aclose()

    async def done(self, job: Job) -> AsyncGenerator[Made, None]:
        """Yield the runs that a job lacks; where one fails, the others of the job are of no use."""
        loop = job.done.get("loop")
        for way in self._ways[job.graph]:
            if loop and not job.lacks(way.method, loop):
                continue
            budget = loop.tokens if loop and way.method.limited else None
            run = await record(way, job, budget=budget)
            yield Made(job.graph, run)
            if isinstance(run, Failure):
                break
            loop = run if way.method.name == "loop" else loop
        yield Made(job.graph, None)
