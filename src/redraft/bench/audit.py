"""A critic beside verifiers, beside the truth, and before another model's drafts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from redraft.bench.intervals import Interval, mean
from redraft.bench.turns import Turns, turned
from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redraft.bench.recorded import Written
    from redraft.bench.traces import Trace

__all__ = ["Audit", "Beside", "Favour", "audit_of"]


class Beside(Value):
    """A critic beside who knows better: how often it faults a draft that passes, and passes one that is faulted.

    Each is None where there was no such draft.
    """

    by: Literal["verifiers", "truth"]
    faults_good: Interval | None
    passes_bad: Interval | None


class Favour(Value):
    """A critic before drafts of its own model and of another's for the same task, both right or both wrong.

    `own_ahead` is the share of pairs in which it names fewer problems for its own, less the share in which it names
    fewer for the other's: above 0, it favours its own. None where no two drafts were alike right.
    """

    model: str
    own_ahead: Interval | None
    own_faulted: Interval | None
    other_faulted: Interval | None


class Audit(Value):
    """What is known of a graph's critic; `missing` says why there is nothing, then all else is empty.

    `drafts` were shown to it, all of them first drafts, whatever the evaluators said. `revised` is what became of them
    where every one is revised, and nothing chooses.
    """

    missing: str | None = None
    drafts: int = 0
    beside: tuple[Beside, ...] = ()
    revised: Turns | None = None
    favour: Favour | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """A first draft that the critic read: its task, how many problems it named, whether the draft passes."""

    row: str
    problems: int
    right: bool
    draft: Written


def audit_of(traces: Sequence[Trace], others: Sequence[Trace], *, verified: bool, other: str | None) -> Audit:
    """Return what first drafts and critiques say of a critic.

    Args:
        traces: One for each task: its run revises the first draft once, whatever the evaluators say of it.
        others: The same, the first draft written by another model.
        verified: Whether there are verifiers; a draft that they pass is one that contents its run.
        other: The other model's name; None where there is none.
    """
    read = list(_read(traces))
    if not read:
        return Audit(missing="no critique was written")
    told = [_beside("truth", [(one, one.right) for one in read])]
    whole = [(one, one.draft.content) for one in read if one.draft.rank and one.draft.rank[1]]
    if verified and whole:
        told.insert(0, _beside("verifiers", whole))
    return Audit(
        drafts=len(read),
        beside=tuple(told),
        revised=turned(pair for trace in traces for pair in _turns(trace)),
        favour=None if other is None else _favour(other, read, list(_read(others))),
    )


def _read(traces: Iterable[Trace]) -> Iterable[_Read]:
    for trace in traces:
        first = next((draft for draft in trace.loop.drafts if draft.problems is not None), None)
        if first is not None and first.problems is not None:
            yield _Read(trace.row, len(first.problems), trace.right[first.text], first)


def _turns(trace: Trace) -> list[tuple[bool, bool]]:
    return list(pairwise(trace.right[draft.text] for draft in trace.loop.drafts))[:1]


def _beside(by: Literal["verifiers", "truth"], read: Iterable[tuple[_Read, bool]]) -> Beside:
    known = list(read)
    return Beside(
        by=by,
        faults_good=mean((one.row, float(one.problems > 0)) for one, good in known if good),
        passes_bad=mean((one.row, float(one.problems == 0)) for one, good in known if not good),
    )


def _favour(model: str, own: Sequence[_Read], others: Sequence[_Read]) -> Favour:
    theirs = {one.row: one for one in others}
    pairs = [(one, other) for one in own if (other := theirs.get(one.row)) and other.right is one.right]
    ahead = [
        (one.row, float((one.problems < other.problems) - (one.problems > other.problems))) for one, other in pairs
    ]
    return Favour(
        model=model,
        own_ahead=mean(ahead),
        own_faulted=mean((one.row, float(one.problems > 0)) for one, _ in pairs),
        other_faulted=mean((one.row, float(other.problems > 0)) for one, other in pairs),
    )
