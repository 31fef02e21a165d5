"""How a run is recorded: walked as any other, its events kept as drafts and calls."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from redraft.bench.recorded import Call, Failure, Run, Written
from redraft.convergence import Progress, Stop, decide
from redraft.runs.events import Charged, DraftFinished, Evaluated, RunEnded
from redraft.runs.run import walk
from redraft.task import Assessed

if TYPE_CHECKING:
    from redraft.bench.job import Job
    from redraft.bench.methods import Method
    from redraft.convergence import StopRules
    from redraft.runs.events import Event
    from redraft.runs.preparation import Prepared
    from redraft.task import DraftRecord

__all__ = ["record", "way_of"]


def way_of(prepared: Prepared, method: Method) -> Prepared:
    """Return what walks a method, from what walks its graph.

    The method's graph comes in behind the linter, which refuses a reviser that reads a critique nobody writes.
    """
    uses = prepared.parts.uses if method.evaluates else dict.fromkeys(prepared.parts.uses, ())
    return replace(prepared, spec=method.spec, parts=replace(prepared.parts, uses=uses), observers={})


async def record(way: Prepared, method: Method, job: Job, *, budget: int | None) -> Run | Failure:
    """Walk a method over a task, and return what it did, or why it could not.

    Args:
        way: What walks it, from `way_of`.
        method: The method.
        job: The task and the seed.
        budget: The tokens that all its agents may generate; None where only the graph's stops hold.
    """
    kept = _Kept(frozenset(way.parts.uses))
    async with aclosing(walk(replace(way, task=job.task, spec=method.within(budget)), job.seed)) as events:
        async for event in events:
            kept.add(event)
    end = kept.end
    if end is None or end.error is not None or not end.outcome.drafts:
        what = str(end.error or "it made no draft") if end else "it did not end"
        return Failure(method=method.name, task=job.name, seed=job.seed, what=what)
    records = end.outcome.drafts
    places = {one.draft.index: place for place, one in enumerate(records)}
    return Run(
        method=method.name,
        task=job.name,
        seed=job.seed,
        budget=budget,
        calls=tuple(kept.calls),
        drafts=tuple(kept.draft(one, method.contents) for one in records),
        best=None if end.outcome.best is None else places[end.outcome.best],
        stop=end.outcome.stop,
        seconds=end.outcome.usage.seconds,
    )


@dataclass(slots=True)
class _Kept:
    """What a run's events left: its calls, and how many of them stood before each draft was finished and judged.

    `evaluating` are the nodes whose calls evaluators make.
    """

    evaluating: frozenset[str]
    calls: list[Call] = field(default_factory=list)
    written: dict[int, int] = field(default_factory=dict)
    judged: dict[int, int] = field(default_factory=dict)
    end: RunEnded | None = None

    def add(self, event: Event) -> None:
        match event:
            case Charged():
                self.calls.append(
                    Call(
                        prompt_tokens=event.prompt_tokens,
                        completion_tokens=event.completion_tokens,
                        evaluates=event.node in self.evaluating,
                    )
                )
            case DraftFinished(draft=draft):
                self.written[draft.index] = self.judged[draft.index] = len(self.calls)
            case Evaluated(index=index):
                self.judged[index] = len(self.calls)
            case RunEnded():
                self.end = event

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
