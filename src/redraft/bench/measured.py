"""The runs of a subject that has no rivals, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.bench.benching import truth_of_runs
from redraft.bench.filling import Plan
from redraft.bench.making import make, processes_for
from redraft.bench.runs import Runs
from redraft.bench.traces import Trace
from redraft.errors import RedraftError

if TYPE_CHECKING:
    from redraft.bench.listener import Listener
    from redraft.bench.subject import Place, Subject
    from redraft.llama.interface import Engine

__all__ = ["Measured", "measure"]


@dataclass(frozen=True, slots=True)
class Measured:
    """Runs beside the truth.

    Args:
        traces: One for each task and seed.
        failed: The ids of tasks that could not be run.
        runs: How many runs there are.
        made: How many of them were made now.
        tokens: What these generated.
    """

    traces: tuple[Trace, ...]
    failed: frozenset[str]
    runs: int
    made: int
    tokens: int


def measure(
    subject: Subject, seeds: int, place: Place, listener: Listener, *, engine: Engine | None = None
) -> Measured:
    """Return the runs of a subject with so many seeds; those that are missing are made, and kept.

    Args:
        subject: The subject.
        seeds: How many.
        place: Where.
        listener: Who is told what happens.
        engine: An open engine in place of the model; the runs are made in this process then.

    Raises:
        RedraftError: No task could be run, or what is made cannot be kept.
    """
    runs = Runs(subject, seeds)
    found = len(runs)
    plan = Plan(
        graphs={subject.key: subject.methods},
        models={subject.key: engine or str(subject.model)},
        project=place.project,
        plugins=(lambda: place.plugins) if engine else place.reload,
    )
    try:
        make(plan, {subject.key: runs}, listener, processes=0 if engine else processes_for([subject.model]))
    finally:
        runs.close()
    whole = list(runs.whole())
    if not whole:
        first = f": {runs.failures[0].what}" if runs.failures else ""
        raise RedraftError(f"no task of graph '{subject.spec.name}' could be run{first}", where=str(subject.data))
    truth = truth_of_runs(subject, whole, listener)
    return Measured(
        traces=tuple(Trace(subject.tasks[name].id, made, truth[name]) for name, made in whole),
        failed=frozenset(subject.tasks[failure.task].id for failure in runs.failures),
        runs=len(runs),
        made=len(runs) - found,
        tokens=runs.tokens,
    )
