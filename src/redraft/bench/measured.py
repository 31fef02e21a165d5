"""The runs of a subject that has no rivals, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.bench.benching import traces_of
from redraft.bench.making import runs_of

if TYPE_CHECKING:
    from redraft.bench.listener import Listener
    from redraft.bench.subject import Place, Subject
    from redraft.bench.traces import Trace
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
    runs = runs_of([subject], seeds, place, listener, engine=engine)[subject.key]
    return Measured(
        traces=traces_of(runs, listener),
        failed=runs.failed,
        runs=len(runs),
        made=runs.made,
        tokens=runs.tokens,
    )
