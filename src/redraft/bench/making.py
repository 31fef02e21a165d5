"""The making of runs that are missing, here or in processes of their own, each kept as soon as it is made."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from redraft.bench.filling import Plan, filled
from redraft.bench.processes import made_beside
from redraft.bench.recorded import Failure, Run
from redraft.bench.runs import Runs
from redraft.llama.machine.threads import usable_cpus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from redraft.bench.filling import Made
    from redraft.bench.job import Job
    from redraft.bench.listener import Listener
    from redraft.bench.subject import Place, Subject
    from redraft.llama.interface import Engine

__all__ = ["runs_of"]

SMALL = 64 * 2**20
"""Bytes of a model up to which each core has an engine of its own: there, more time is Python's than the model's."""

MOST_PROCESSES = 8


def runs_of(
    subjects: Sequence[Subject], seeds: int, place: Place, listener: Listener, *, engine: Engine | None = None
) -> dict[str, Runs]:
    """Return the runs of subjects with so many seeds, by the subjects' keys; those that are missing are made, and kept.

    Args:
        subjects: The subjects.
        seeds: How many.
        place: Where.
        listener: Who is told of each.
        engine: An open engine in place of the model; the runs are made in this process then.

    Raises:
        RedraftError: A graph could not be prepared, or what is made cannot be kept.
    """
    kept = {subject.key: Runs(subject, seeds) for subject in subjects}
    plan = Plan(
        graphs={subject.key: subject.methods for subject in subjects},
        models={subject.key: engine or str(subject.model) for subject in subjects},
        project=place.project,
        plugins=(lambda: place.plugins) if engine else place.reload,
    )
    try:
        _make(plan, kept, listener, processes=0 if engine else _processes_for(one.model for one in subjects))
    finally:
        for runs in kept.values():
            runs.close()
    return kept


def _processes_for(models: Iterable[Path]) -> int:
    """Return in how many processes the runs of some models are made."""
    small = all(model.stat().st_size <= SMALL for model in models)
    return min(usable_cpus(), MOST_PROCESSES) if small else 1


def _make(plan: Plan, kept: Mapping[str, Runs], listener: Listener, *, processes: int) -> None:
    """Make every run that is missing, in so many processes of their own; 0 for this one."""
    jobs = [job for runs in kept.values() for job in runs.jobs()]
    if not jobs:
        return
    listener.begin("runs", len(jobs))
    made = made_beside(plan, jobs, processes=processes) if processes else _made_here(plan, jobs)
    for one in made:
        match one.run:
            case Run():
                kept[one.graph].add(one.run)
                listener.made(one.run)
            case Failure():
                kept[one.graph].failures.append(one.run)
                listener.warn(kept[one.graph].told(one.run))
            case None:
                listener.step()


def _made_here(plan: Plan, jobs: Sequence[Job]) -> Iterator[Made]:
    """Yield what is made in this process; nothing goes on between two steps of the iteration."""
    made = filled(plan, jobs)
    with asyncio.Runner() as runner:
        try:
            while (one := runner.run(_next(made))) is not None:
                yield one
        finally:
            runner.run(made.aclose())


async def _next(made: AsyncGenerator[Made, None]) -> Made | None:
    return await anext(made, None)
