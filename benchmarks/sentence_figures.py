"""What recorded runs say: the truth of a text, stops replayed over drafts, shares with their intervals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, pairwise
from math import fsum
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.sentence_runs import TARGET, Run, rules
from redraft.convergence import Stop, decide
from redraft.graph.state import Counters, Memory, progress_at, remember
from redraft.task import Assessed
from training.families.sentence.truth import is_right

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from redraft.convergence import StopRules
    from redraft.graph.state import State

RESAMPLES = 10_000


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


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % interval over tasks, and how many cases it is the mean of."""

    value: float
    low: float
    high: float
    cases: int


Case = tuple[str, float]
"""A task, and what one run on it gave."""


def mean(cases: Iterable[Case]) -> Interval | None:
    """Return the mean over all cases, its interval by drawing tasks with all their cases; None without a case."""
    by_task = _by_task(cases)
    if not by_task:
        return None
    ordered = [by_task[task] for task in sorted(by_task)]
    parts, wholes = np.array([fsum(values) for values in ordered]), np.array([len(values) for values in ordered])
    weights = _weights(len(ordered))
    low, high = np.percentile((weights @ parts) / (weights @ wholes), [2.5, 97.5])
    return Interval(float(parts.sum() / wholes.sum()), float(low), float(high), int(wholes.sum()))


@cache
def _weights(tasks: int) -> npt.NDArray[np.float64]:
    """Return how often each task is drawn in each resample."""
    return np.random.default_rng(0).multinomial(tasks, np.full(tasks, 1 / tasks), size=RESAMPLES).astype(float)


def difference(ours: Iterable[Case], theirs: Iterable[Case]) -> Interval | None:
    """Return by how much ours is ahead, paired by task: both have the same cases of each task."""
    mine, other = _by_task(ours), _by_task(theirs)
    if {task: len(values) for task, values in mine.items()} != {task: len(values) for task, values in other.items()}:
        raise ValueError("the two were not run on the same tasks")
    return mean((task, fmean(values) - fmean(other[task])) for task, values in mine.items())


def _by_task(cases: Iterable[Case]) -> Mapping[str, list[float]]:
    by_task: dict[str, list[float]] = defaultdict(list)
    for task, value in cases:
        by_task[task].append(value)
    return by_task


@dataclass(frozen=True)
class Turns:
    """What revisions did to the truth, counted."""

    kept: int = 0
    broken: int = 0
    mended: int = 0
    missed: int = 0

    @property
    def confidence(self) -> float | None:
        """CL: the share of right drafts whose revision is right."""
        return self.kept / (self.kept + self.broken) if self.kept + self.broken else None

    @property
    def critique(self) -> float | None:
        """CS: the share of wrong drafts whose revision is right."""
        return self.mended / (self.mended + self.missed) if self.mended + self.missed else None


def turns(traces: Iterable[Trace], revision: int | None = None) -> Turns:
    """Count what the revision of this number, from 1, did in each run; None for all revisions."""
    counts = Counter(
        pair
        for trace in traces
        for number, pair in enumerate(pairwise(trace.right), start=1)
        if revision in {None, number}
    )
    return Turns(counts[True, True], counts[True, False], counts[False, True], counts[False, False])


def predicted(first: float, seen: Turns, rounds: int) -> list[float]:
    """Return the expected share of right drafts after 0, 1, … rounds: Acc_t = Upp - a^t (Upp - Acc_0).

    a = CL - CS and Upp = CS / (1 - CL + CS), after Yang et al., "A Probabilistic Inference Scaling Theory for LLM
    Self-Correction", arXiv 2508.16456: one measured round predicts the curve.
    """
    kept, mended = seen.confidence, seen.critique
    kept, mended = 1.0 if kept is None else kept, 0.0 if mended is None else mended
    rate = kept - mended
    if rate == 1:
        return [first] * (rounds + 1)
    most = mended / (1 - rate)
    return [most - rate**number * (most - first) for number in range(rounds + 1)]
