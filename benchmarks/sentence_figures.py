"""What recorded runs say: the truth of a text, and stops replayed over drafts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from benchmarks.sentence_runs import TARGET, Run, rules
from redraft.bench.turns import Turns, turned
from redraft.convergence import Stop, decide
from redraft.graph.state import Counters, Memory, progress_at, remember
from redraft.task import Assessed
from training.families.sentence.truth import is_right

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft.convergence import StopRules
    from redraft.graph.state import State


@dataclass(frozen=True)
class Trace:
    """A run, and for each of its drafts whether it is right."""

    run: Run
    right: tuple[bool, ...]

    @cached_property
    def spent(self) -> tuple[int, ...]:
        """The generated tokens before the first call, before the second, …, after the last."""
        return tuple(accumulate((call.completion_tokens for call in self.run.calls), initial=0))

    @cached_property
    def ranks(self) -> tuple[tuple[bool, bool, float], ...]:
        """The place of each draft in redraft's order of "best"."""
        return tuple(assessed(self.run, index).rank for index in range(len(self.run.drafts)))


def judged(run: Run) -> Trace:
    """Return a run with the truth about its drafts."""
    return Trace(run, tuple(is_right(run.words, one.record.draft.text) for one in run.drafts))


@dataclass(frozen=True)
class End:
    """Where a run ends: its last draft, the calls made by then, and whether a stop (not the record) says so."""

    draft: int
    calls: int
    stopped: bool = True


Stopper = Callable[[Run], End]
"""Reads off a run where a way to stop would have ended it."""


def by_rules(stop: StopRules) -> Stopper:
    """Return the stop that a graph with these rules makes, by redraft's own checks and its own memory."""

    def end(run: Run) -> End:
        state: State = {"memory": Memory()}
        for index, one in enumerate(run.drafts):
            counters = Counters(visits={"evaluate": index + 1}, completion_tokens=run.tokens(one.calls))
            state["counters"] = counters
            state.update(remember(state, "evaluate", assessed(run, index), rules=stop))  # type: ignore[typeddict-item]
            if isinstance(decide(stop, progress_at("evaluate", state, {})), Stop):
                return End(index, one.calls)
        return unstopped(run)

    return end


def by_critic(run: Run) -> End:
    """Return the stop of a loop that believes its critic: where the critic finds nothing."""
    for index, one in enumerate(run.drafts):
        if one.record.critique is not None and not one.record.critique.problems:
            return End(index, one.calls + 1)
    return unstopped(run)


def unstopped(run: Run) -> End:
    """Return the end of the record."""
    return End(len(run.drafts) - 1, len(run.calls), stopped=False)


by_score = by_rules(rules(score=TARGET))


def assessed(run: Run, index: int) -> Assessed:
    """Return a draft as redraft's own functions take it."""
    record = run.drafts[index].record
    return Assessed(draft=record.draft, verdict=record.verdict)


@dataclass(frozen=True)
class Reading:
    """What a run that ends somewhere has to show: is its answer right, and what did it cost."""

    right: bool
    answer: int | None
    tokens: int
    prompt_tokens: int


def read(trace: Trace, end: End, *, budget: int | None = None, last: bool = False) -> Reading:
    """Return what a run shows at its end, or when its budget is used up before.

    Args:
        trace: The run.
        end: Where it ends.
        budget: Generated tokens; a draft that is not finished within them is not there. None: no limit.
        last: The answer is the last draft, and a judge is not paid; else it is the best by verdict, the earliest of
            equals, as redraft has it.
    """
    run, spent = trace.run, trace.spent
    there = [
        index
        for index, one in enumerate(run.drafts[: end.draft + 1])
        if budget is None or (spent[one.calls] <= budget and not one.record.draft.cut)
    ]
    answer = None
    if there:
        answer = there[-1] if last else max(there, key=lambda index: (trace.ranks[index], -index))
    calls = zip(run.calls[: end.calls], spent[: end.calls], strict=True)
    paid = (
        call.prompt_tokens
        for call, before in calls
        if (budget is None or before < budget) and not (last and call.rates)
    )
    return Reading(
        right=answer is not None and trace.right[answer],
        answer=answer,
        tokens=spent[end.calls] if budget is None else min(budget, spent[end.calls]),
        prompt_tokens=sum(paid),
    )


def turns(traces: Iterable[Trace], revision: int | None = None) -> Turns:
    """Count what the revision of this number, from 1, did in each run; None for all revisions."""
    return turned(
        pair
        for trace in traces
        for number, pair in enumerate(pairwise(trace.right), start=1)
        if revision in {None, number}
    )
