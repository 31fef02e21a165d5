"""What each node reads, and which nodes have written it before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx

from redraft.graph.condition import Atom, NoProblems, Noted, leaves_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from redraft.graph.condition import Leaf
    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject
    from redraft.graph.spec import CallNode, Edge

__all__ = ["dataflow"]

BLIND = frozenset({"rounds", "seconds", "tokens"})
"""The checks that need no verdict."""

_WRITTEN = frozenset({"best", "critique", "draft", "verdict"})

ALWAYS = frozenset({"task", "recent", "notes"})
"""What every node can read: it may be empty, but it is there."""


@dataclass(frozen=True, slots=True)
class _Effect:
    """What one visit to a node reads, writes, and makes out of date."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    spoils: frozenset[str] = frozenset()


def dataflow(subject: Subject) -> Iterator[Finding]:
    """Yield reads of what some path has not written, and writes that nothing reads."""
    effects = {node: _effect(subject, node) for node in subject.flow}
    before = _written_before(subject, effects)
    yield from _unwritten(subject, effects, before)
    yield from _blind_conditions(subject, effects, before)
    if "end" in before and "draft" not in before["end"] and subject.edges_out["start"]:
        yield subject.finding("G023", ("edges",), "the end can be reached without a draft", name="end")
    yield from _unread(subject, {node: effect for node, effect in effects.items() if node in before})


def _effect(subject: Subject, node: str) -> _Effect:
    if node in subject.evaluate_nodes:
        return _Effect(frozenset({"draft"}), frozenset({"verdict", "best"}))
    if node in subject.call_nodes:
        return _effect_of_call(subject.call_nodes[node], node)
    return _Effect() if node in {"start", "end"} else _effect_of_agent(subject, node)


def _effect_of_agent(subject: Subject, node: str) -> _Effect:
    agent = subject.agent_at(node)
    if agent is None:  # named by another rule; here it may write anything
        return _Effect(writes=_WRITTEN)
    reads = frozenset(agent.reads) | {f"notes.{name}" for name in agent.notes_read}
    match agent.writes:
        case "draft":
            return _Effect(reads, frozenset({"draft"}), frozenset({"verdict"}))
        case "critique":
            return _Effect(reads | {"draft"}, frozenset({"critique"}))
        case _:
            return _Effect(reads, frozenset({f"notes.{node}"}))


def _effect_of_call(call: CallNode, node: str) -> _Effect:
    reads = frozenset(call.reads)
    if call.writes == "draft":
        return _Effect(reads, frozenset({"draft"}), frozenset({"verdict"}))
    return _Effect(reads, frozenset(f"notes.{name}" for name in call.notes(node)))


def _written_before(subject: Subject, effects: Mapping[str, _Effect]) -> dict[str, frozenset[str]]:
    """Return, for each node that can be reached, what every path to it has written."""
    everything = frozenset().union(*(effect.writes for effect in effects.values()))
    reached = nx.descendants(subject.flow, "start")
    before = dict.fromkeys(reached, everything) | {"start": frozenset()}
    waiting = dict.fromkeys(nx.bfs_tree(subject.flow, "start"))
    while waiting:
        node = next(iter(waiting))
        del waiting[node]
        after = (before[node] - effects[node].spoils) | effects[node].writes
        for way in subject.ways[node]:
            # A node that failed has written nothing.
            known = before[way.target] & (before[node] if way.fallback else after)
            if known != before[way.target]:
                before[way.target] = known
                waiting[way.target] = None
    return before


def _unwritten(
    subject: Subject, effects: Mapping[str, _Effect], before: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    for node in subject.spec.nodes:
        for item in sorted(effects[node].reads - ALWAYS - before.get(node, effects[node].reads)):
            message = f"'{node}' reads {_spelled(item)}, which some path to it has not written"
            writers = sorted(name for name, effect in effects.items() if item in effect.writes)
            mend = f"Lead every path to '{node}' over {' or '.join(writers)}." if writers else ""
            yield subject.finding("G020", ("nodes", node), message, name=node, mend=mend)


def _blind_conditions(
    subject: Subject, effects: Mapping[str, _Effect], before: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    for node, known in before.items():
        there = (known - effects[node].spoils) | effects[node].writes
        blind = [one for one in _asked(subject.edges_out.get(node, ())) if one.needs not in there]
        verdict = next((one for one in blind if one.needs == "verdict"), None)
        if verdict:
            message = f"'{verdict.name}' on the edge from '{node}' looks at a verdict that is not there"
            yield subject.finding("G022", ("edges", verdict.edge.path, "when"), message, name=node)
        other = next((one for one in blind if one.needs != "verdict"), None)
        if other:
            message = (
                f"a condition on the edge from '{node}' looks at {_spelled(other.needs)}, "
                "which some path to it has not written"
            )
            yield subject.finding("G040", ("edges", other.edge.path, "when"), message, name=node)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a condition looks at: its own name, what has to be there for it, and the edge that it stands on."""

    name: str
    needs: str
    edge: Edge


def _asked(edges: Iterable[Edge]) -> Iterator[_Asked]:
    for edge in edges:
        for leaf in leaves_of(edge.when) if edge.when else ():
            needs = _needed(leaf)
            if needs:
                yield _Asked(leaf.check if isinstance(leaf, Atom) else "score", needs, edge)


def _needed(leaf: Leaf) -> str | None:
    match leaf:
        case Atom(check=check):
            return None if check in BLIND else "verdict"
        case NoProblems():
            return "critique"
        case Noted(note=note):
            return f"notes.{note}"
        case _:
            return "verdict"


def _unread(subject: Subject, effects: Mapping[str, _Effect]) -> Iterator[Finding]:
    live = _read_after(subject, effects)
    for node in (*subject.agent_nodes, *subject.call_nodes):
        agent = subject.agent_at(node)
        # What is written into a thread is read by whoever goes on with it.
        seen = node in subject.call_nodes or (agent is not None and agent.context == "fresh")
        written = effects[node].writes if node in effects and seen else frozenset()
        for item in sorted(written - live[node]):
            if item.startswith("notes.") and "notes" in live[node]:
                continue
            message = f"'{node}' writes {_spelled(item)}, which nothing reads before it is written again"
            yield subject.finding("G021", ("nodes", node), message, name=node)


def _read_after(subject: Subject, effects: Mapping[str, _Effect]) -> dict[str, frozenset[str]]:
    """Return, for each node, what some path from it reads before it is written again."""
    after = {node: frozenset(one.needs for one in _asked(subject.edges_out.get(node, ()))) for node in subject.flow}
    before = {node: effects[node].reads if node in effects else frozenset() for node in subject.flow}
    before["end"] = frozenset({"draft"})
    waiting = dict.fromkeys(reversed(list(subject.flow)))
    while waiting:
        node = next(iter(waiting))
        del waiting[node]
        if node in effects:
            before[node] |= after[node] - effects[node].writes
        for way in subject.ways_in[node]:
            # What a node that fails would have written is still wanted.
            known = before if way.fallback else after
            if not before[node] <= known[way.source]:
                known[way.source] |= before[node]
                waiting[way.source] = None
    return after


def _spelled(item: str) -> str:
    return f"a {item}" if item in {"draft", "verdict", "critique"} else f"the {item}" if item == "best" else item
