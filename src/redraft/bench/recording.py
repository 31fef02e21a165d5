"""How a run is recorded: walked as any other, its events kept as drafts and calls."""

from __future__ import annotations

import time
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from redraft.bench.recorded import Call, Failure, Run, Written
from redraft.convergence import Progress, Stop, decide
from redraft.graph.compile import compile_graph
from redraft.runs.events import Charged, DraftFinished, Evaluated, RunEnded, RunStarted
from redraft.runs.record import Record
from redraft.runs.run import walk
from redraft.task import Assessed, Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.bench.job import Job
    from redraft.bench.methods import Method
    from redraft.convergence import StopRules
    from redraft.runs.events import Event
    from redraft.runs.preparation import Prepared
    from redraft.task import DraftRecord

__all__ = ["Way", "record"]


@dataclass(frozen=True, slots=True)
class Way:
    """What walks a method: its graph with all that its names stand for, compiled once for all runs.

    Args:
        method: The method.
        prepared: All but the task.
        compiled: The graph as LangGraph runs it.
    """

    method: Method
    prepared: Prepared
    compiled: Any

    @classmethod
    def of(cls, prepared: Prepared, method: Method) -> Self:
        """Return what walks a method, from what walks its graph.

        The method's graph comes in behind the linter, which refuses a reviser that reads a critique nobody writes.
        """
        uses = prepared.parts.uses if method.evaluates else dict.fromkeys(prepared.parts.uses, ())
        own = replace(prepared, spec=method.spec, parts=replace(prepared.parts, uses=uses), observers={})
        return cls(method, own, compile_graph(own.spec, own.parts))


async def record(way: Way, job: Job, *, budget: int | None) -> Run | Failure:
    """Walk a method over a task, and return what it did, or why it could not.

    Args:
        way: What walks it.
        job: The task and the seed.
        budget: The tokens that all its agents may generate; None where only the graph's stops hold. What is not
            finished within them is not kept.
    """
    kept, began = _Kept(frozenset(way.prepared.parts.uses), budget), time.monotonic()
    prepared = replace(way.prepared, task=job.task)
    async with aclosing(walk(prepared, job.seed, compiled=way.compiled)) as events:
        async for event in events:
            kept.add(event)
            if kept.is_over:
                break
    failed = kept.failure
    if failed:
        return Failure(method=way.method.name, task=job.name, seed=job.seed, what=failed)
    places = {index: place for place, index in enumerate(sorted(kept.drafts))}
    return Run(
        method=way.method.name,
        task=job.name,
        seed=job.seed,
        budget=budget,
        calls=tuple(kept.calls),
        drafts=tuple(kept.draft(kept.drafts[index], way.method.contents) for index in places),
        best=None if kept.best is None else places[kept.best],
        stop=kept.stop,
        seconds=round(time.monotonic() - began, 3),
    )


@dataclass(slots=True)
class _Kept:
    """What a run's events left: its record, its calls, and how many stood before each draft was finished and judged.

    Args:
        evaluating: The nodes whose calls evaluators make.
        budget: The tokens that all calls may generate, or None.
    """

    evaluating: frozenset[str]
    budget: int | None
    calls: list[Call] = field(default_factory=list)
    written: dict[int, int] = field(default_factory=dict)
    judged: dict[int, int] = field(default_factory=dict)
    spent: int = 0
    is_over: bool = False
    record: Record | None = None
    end: RunEnded | None = None

    def add(self, event: Event) -> None:
        """Take one event in; what comes once the budget is used up is not taken in."""
        match event:
            case RunStarted():
                self.record = Record(event.run, event.graph, event.model, event.task)
                return
            case RunEnded():
                self.end = event
                return
            case Charged():
                self._charged(event)
            case DraftFinished(draft=draft):
                self.written[draft.index] = self.judged[draft.index] = len(self.calls)
            case Evaluated(index=index):
                self.judged[index] = len(self.calls)
                self.is_over = self.budget is not None and self.spent >= self.budget
        if self.record:
            self.record.add(event)

    def _charged(self, event: Charged) -> None:
        left = event.completion_tokens if self.budget is None else self.budget - self.spent
        # A call that the budget does not pay for whole leaves nothing: its draft, or its critique, is never finished.
        self.is_over = event.completion_tokens > left
        written = min(event.completion_tokens, left)
        evaluates = event.node in self.evaluating
        self.calls.append(Call(prompt_tokens=event.prompt_tokens, completion_tokens=written, evaluates=evaluates))
        self.spent += written

    @property
    def drafts(self) -> Mapping[int, DraftRecord]:
        """The drafts that are finished, by index."""
        if self.end:
            return {one.draft.index: one for one in self.end.outcome.drafts}
        return self.record.drafts if self.record else {}

    @property
    def best(self) -> int | None:
        """The index of the best draft."""
        if self.end:
            return self.end.outcome.best
        return self.record.best if self.record else None

    @property
    def stop(self) -> Stopped:
        """Why it ended."""
        if self.end:
            return self.end.outcome.stop
        return Stopped(check="tokens", detail=f"{self.spent} of {self.budget} tokens used")

    @property
    def failure(self) -> str | None:
        """Why there is nothing to keep, or None."""
        if self.end and self.end.error is not None:
            return str(self.end.error)
        return None if self.drafts else "it made no draft"

    def draft(self, record: DraftRecord, rules: StopRules) -> Written:
        """Return a draft as it is kept."""
        draft, verdict, critique = record.draft, record.verdict, record.critique
        whole = len(self.calls)
        return Written(
            text=draft.text,
            round=draft.round,
            author=draft.author,
            cut=draft.cut,
            written=self.written.get(draft.index, whole),
            judged=self.judged.get(draft.index, whole),
            rank=verdict.rank if verdict else None,
            content=_contents(record, rules),
            reasons=verdict.reasons if verdict else (),
            problems=critique.problems if critique else None,
        )


def _contents(record: DraftRecord, rules: StopRules) -> bool:
    """Return whether a draft is what a graph asks for."""
    progress = Progress(current=Assessed(draft=record.draft, verdict=record.verdict))
    return record.verdict is not None and isinstance(decide(rules, progress), Stop)
