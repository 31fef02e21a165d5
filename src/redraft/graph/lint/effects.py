"""What one visit to a node reads, writes, and makes out of date."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from redraft.graph.node import CallNode, EvaluateNode, GraphNode, HumanNode, SelectNode

if TYPE_CHECKING:
    from redraft.graph.lint.subject import Subject

__all__ = ["ALWAYS", "Effect", "Phase", "effect_at"]

ALWAYS = frozenset({"task", "recent", "notes"})
"""What every node can read: it may be empty, but it is there."""

_ANYTHING = frozenset({"best", "critique", "draft", "verdict"})
_DRAFT, _POOL, _RANKED = frozenset({"draft"}), frozenset({"pool"}), frozenset({"pool", "verdicts of a pool"})


class Phase(IntEnum):
    """What has become of a fan-out's drafts: there are none, they wait for a verdict, or they have one."""

    NONE = 0
    RAW = 1
    RANKED = 2

    @property
    def there(self) -> frozenset[str]:
        """What can be read of the pool."""
        return (frozenset(), _POOL, _RANKED)[self]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a visit does. `pool` is what becomes of the pool, None where it stays as it is."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    spoils: frozenset[str] = frozenset()
    pool: Phase | None = None

    @property
    def made(self) -> frozenset[str]:
        """Everything that is written, the pool included."""
        return self.writes | (self.pool.there if self.pool else frozenset())


def effect_at(subject: Subject, node: str, phase: Phase) -> Effect:
    """Return what a visit to a node does, given what has become of the pool before."""
    match subject.spec.nodes.get(node):
        case EvaluateNode() if phase is Phase.NONE:
            return Effect(_DRAFT, frozenset({"verdict", "best"}))
        case EvaluateNode():
            return Effect(_POOL, frozenset({"best"}), pool=Phase.RANKED)
        case SelectNode() as choice:
            return _of_choice(choice, phase)
        case GraphNode():
            return _of_graph(subject, node)
        case CallNode() | HumanNode() as other:
            return _of_other(subject, node, other)
        case _:
            return Effect() if node in {"start", "end"} else _of_agent(subject, node)


def _of_choice(choice: SelectNode, phase: Phase) -> Effect:
    reads = _POOL if choice.select == "majority" else _RANKED
    left, verdict = phase if choice.keep > 1 else Phase.NONE, frozenset({"verdict"})
    if phase is Phase.RANKED:
        return Effect(reads, _DRAFT | verdict, pool=left)
    return Effect(reads, _DRAFT, verdict, left)


def _of_other(subject: Subject, node: str, other: CallNode | HumanNode) -> Effect:
    reads = frozenset(other.reads)
    if other.writes == "critique":
        return Effect(reads, frozenset({"critique"}))
    names = other.notes(node) if isinstance(other, CallNode) else (node,)
    return _writing(subject, node, reads, str(other.writes), frozenset(f"notes.{name}" for name in names))


def _of_graph(subject: Subject, node: str) -> Effect:
    inner = subject.inner.get(node)
    if inner is None:  # named by another rule; here it may write anything
        return Effect(writes=_ANYTHING, pool=Phase.NONE)
    reads, verdict = frozenset(inner.subject.spec.reads), frozenset({"verdict"})
    if "best" in inner.brings:
        return Effect(reads, _DRAFT | verdict | {"best"}, pool=Phase.NONE)
    return Effect(reads, _DRAFT, verdict, Phase.NONE)


def _of_agent(subject: Subject, node: str) -> Effect:
    agent = subject.agent_at(node)
    if agent is None:  # named by another rule; here it may write anything
        return Effect(writes=_ANYTHING)
    reads = frozenset(agent.reads) | {f"notes.{name}" for name in agent.notes_read}
    if agent.writes == "critique":
        return Effect(reads | {"draft"}, frozenset({"critique"}))
    return _writing(subject, node, reads, agent.writes, frozenset({f"notes.{node}"}))


def _writing(subject: Subject, node: str, reads: frozenset[str], writes: str, notes: frozenset[str]) -> Effect:
    if writes != "draft":
        return Effect(reads, notes)
    if node in subject.joins or getattr(subject.spec.nodes[node], "samples", 1) > 1:
        return Effect(reads, pool=Phase.RAW)
    return Effect(reads, _DRAFT, frozenset({"verdict"}), Phase.NONE)
