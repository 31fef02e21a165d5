"""A job: a task with a seed, on which every method of a graph is to be run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.bench.methods import Method
    from redraft.bench.recorded import MethodName, Run
    from redraft.task import Task

__all__ = ["Job"]


@dataclass(frozen=True, slots=True)
class Job:
    """A task and a seed: all methods of a graph on it, but for those that are there.

    Args:
        graph: The graph's name in the plan.
        task: The task, without what only the truth knows.
        name: The task's digest.
        seed: The runs' seed.
        done: The runs of it that were made before, by their methods.
    """

    graph: str
    task: Task
    name: str
    seed: int
    done: Mapping[MethodName, Run] = field(default_factory=dict)

    def lacks(self, method: Method, loop: Run) -> bool:
        """Return whether a method has still to be run, where the loop ran so."""
        there = self.done.get(method.name)
        budget = loop.tokens if method.limited else None
        return method.wanted(loop) and (there is None or there.budget != budget)
