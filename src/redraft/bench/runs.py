"""The runs of a graph under measurement: those that are kept, and those that are still to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.bench.job import Job
from redraft.bench.keeping import Shelf
from redraft.bench.recorded import Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redraft.bench.recorded import Failure, Key, MethodName
    from redraft.bench.subject import Subject

__all__ = ["Runs"]


class Runs:
    """The runs of one subject with some seeds.

    Args:
        subject: The subject.
        seeds: How many seeds.

    Attributes:
        tokens: What the runs that were added have generated.
        failures: The runs that could not be made.
    """

    def __init__(self, subject: Subject, seeds: int) -> None:
        self.subject = subject
        self.seeds = seeds
        self.tokens = 0
        self.failures: list[Failure] = []
        self._shelf = Shelf(subject.runs, Run)
        self._runs: dict[Key, Run] = {
            run.key: run for run in self._shelf if run.seed < seeds and run.task in subject.tasks
        }
        self._found = len(self._runs)

    def __len__(self) -> int:
        return len(self._runs)

    @property
    def made(self) -> int:
        """How many of them were not there before."""
        return len(self) - self._found

    @property
    def failed(self) -> frozenset[str]:
        """The ids of the tasks that could not be run."""
        return frozenset(self.subject.tasks[failure.task].id for failure in self.failures)

    def jobs(self) -> list[Job]:
        """Return what is still to be made: each task with its first seed, then each with its second, and so on."""
        tasks = ((seed, name, row.task) for seed in range(self.seeds) for name, row in self.subject.tasks.items())
        jobs = (Job(self.subject.key, task, name, seed, self.of(name, seed)) for seed, name, task in tasks)
        return [job for job in jobs if self._is_open(job)]

    def of(self, task: str, seed: int) -> Mapping[MethodName, Run]:
        """Return the runs on a task with a seed, by their methods."""
        names: list[MethodName] = [method.name for method in self.subject.methods.made]
        return {name: run for name in names if (run := self._runs.get((task, seed, name)))}

    def whole(self) -> Iterator[tuple[str, Mapping[MethodName, Run]]]:
        """Yield the tasks, seed by seed, of which every method's run is there."""
        for name in self.subject.tasks:
            for seed in range(self.seeds):
                runs = self.of(name, seed)
                if runs and not self._is_open(Job(self.subject.key, self.subject.tasks[name].task, name, seed, runs)):
                    yield name, runs

    def add(self, run: Run) -> None:
        """Keep a run.

        Raises:
            UsageError: The folder cannot be written.
        """
        self._runs[run.key] = run
        self.tokens += run.tokens
        self._shelf.add(run)

    def told(self, failure: Failure) -> str:
        """Return what a person is told of a run that failed."""
        row = self.subject.tasks[failure.task]
        return f"{self.subject.data}:{row.line}: {failure.method}, seed {failure.seed}, failed: {failure.what}"

    def close(self) -> None:
        """Close what the runs are kept in."""
        self._shelf.close()

    def _is_open(self, job: Job) -> bool:
        loop = job.done.get("loop")
        return loop is None or any(job.lacks(method, loop) for method in self.subject.methods.made)
