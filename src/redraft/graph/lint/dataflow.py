"""What each node reads, and which nodes have written it before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from redraft.graph.condition import Atom, NoProblems, Noted
from redraft.graph.lint.effects import ALWAYS, Effect, Phase, effect_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redraft.graph.condition import Leaf
    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject

__all__ = ["brings", "dataflow"]


class _Spot(NamedTuple):
    """A node, as it is found with the pool in some phase."""

    node: str
    pool: Phase


_Onward: TypeAlias = "tuple[_Spot, frozenset[str]]"
"""Where a run can go on, and what it has written by then."""


@dataclass(frozen=True, slots=True)
class _Reached:
    """A spot that some path leads to: what every such path has written, and what the node does there."""

    before: frozenset[str]
    effect: Effect

    @property
    def after(self) -> frozenset[str]:
        """What every path has written once the node has worked."""
        return (self.before - self.effect.spoils) | self.effect.writes


def dataflow(subject: Subject) -> Iterator[Finding]:
    """Yield reads of what some path has not written, and writes that nothing reads."""
    reached = _reached(subject)
    yield from _unwritten(subject, reached)
    yield from _blind_conditions(subject, reached)
    ends = [one for spot, one in reached.items() if spot.node == "end"]
    if any("draft" not in one.before for one in ends) and subject.exits["start"]:
        yield subject.finding("G023", ("edges",), "the end can be reached without a draft", name="end")
    yield from _unread(subject, reached)


def brings(subject: Subject) -> frozenset[str]:
    """Return what every path to the end of a graph has written."""
    ends = [one.before for spot, one in _reached(subject).items() if spot.node == "end"]
    return frozenset.intersection(*ends) if ends else frozenset()


def _reached(subject: Subject) -> dict[_Spot, _Reached]:
    """Return every spot that some path leads to."""
    start = _Spot("start", Phase.NONE)
    reached = {start: _Reached(frozenset(subject.spec.reads), Effect())}
    waiting = {start: None}
    while waiting:
        spot = next(iter(waiting))
        del waiting[spot]
        for target, known in _onward(subject, spot, reached[spot]):
            old = reached.get(target)
            before = known if old is None else old.before & known
            if old is None or before != old.before:
                reached[target] = _Reached(before, old.effect if old else effect_at(subject, *target))
                waiting[target] = None
    return reached


def _onward(subject: Subject, spot: _Spot, here: _Reached) -> Iterator[_Onward]:
    """Yield where a run can go on from a spot, and what it has written by then."""
    if spot.node in subject.joins:
        return  # Whoever fanned out leads on to the join.
    pool = spot.pool if here.effect.pool is None else here.effect.pool
    after = here.after
    for targets in dict.fromkeys(way.targets for way in subject.exits.get(spot.node, ())):
        for target in targets:
            yield _Spot(target, pool), after
        if subject.is_joined(targets):
            yield from _joined(subject, targets, pool, after)
    # A node that failed has written nothing.
    for target in subject.fallbacks.get(spot.node, ()):
        yield _Spot(target, spot.pool), here.before


def _joined(subject: Subject, targets: tuple[str, ...], pool: Phase, after: frozenset[str]) -> Iterator[_Onward]:
    join = subject.joins[targets[0]]
    effects = {node: effect_at(subject, node, pool) for node in targets}
    sure = [effect for node, effect in effects.items() if not subject.falls_back(node)]
    written = after.union(*(effect.writes for effect in sure))
    drafts = any(effect.pool for effect in effects.values())
    if drafts:
        yield _Spot(join, Phase.RAW), written
    if not any(effect.pool for effect in sure):
        # Where all who write a draft fail, the pool is empty, whatever was in it before.
        yield _Spot(join, Phase.NONE if drafts else pool), written


def _unwritten(subject: Subject, reached: Mapping[_Spot, _Reached]) -> Iterator[Finding]:
    missing: dict[str, set[str]] = {}
    for spot, here in reached.items():
        missing.setdefault(spot.node, set()).update(here.effect.reads - ALWAYS - here.before - spot.pool.there)
    for node in subject.spec.nodes:
        for item in sorted(missing.get(node, ())):
            message = f"'{node}' reads {_spelled(item)}, which some path to it has not written"
            writers = sorted(_writers(subject, item))
            mend = f"Lead every path to '{node}' over {' or '.join(writers)}." if writers else ""
            yield subject.finding("G020", ("nodes", node), message, name=node, mend=mend)


def _writers(subject: Subject, item: str) -> set[str]:
    return {node for node in subject.spec.nodes for pool in Phase if item in effect_at(subject, node, pool).made}


def _blind_conditions(subject: Subject, reached: Mapping[_Spot, _Reached]) -> Iterator[Finding]:
    there: dict[str, frozenset[str]] = {}
    for spot, here in reached.items():
        there[spot.node] = there.get(spot.node, here.after) & here.after
    for node, known in there.items():
        blind = [look for look in subject.looks.get(node, ()) if _needed(look.leaf) not in known]
        verdict = next((one for one in blind if _needed(one.leaf) == "verdict"), None)
        if verdict:
            name = verdict.leaf.check if isinstance(verdict.leaf, Atom) else "score"
            message = f"'{name}' on the edge from '{node}' looks at a verdict that is not there"
            yield subject.finding("G022", ("edges", verdict.path, "when"), message, name=node)
        other = next((one for one in blind if _needed(one.leaf) != "verdict"), None)
        if other:
            what = f"looks at {_spelled(_needed(other.leaf))}, which some path to it has not written"
            message = f"a condition on the edge from '{node}' {what}"
            yield subject.finding("G040", ("edges", other.path, "when"), message, name=node)


def _needed(leaf: Leaf) -> str:
    match leaf:
        case NoProblems():
            return "critique"
        case Noted(note=note):
            return f"notes.{note}"
        case _:
            return "verdict"


def _unread(subject: Subject, reached: Mapping[_Spot, _Reached]) -> Iterator[Finding]:
    effects: dict[str, list[Effect]] = {}
    for spot, here in reached.items():
        effects.setdefault(spot.node, []).append(here.effect)
    live = _read_after(subject, effects)
    for node in (*subject.agent_nodes, *subject.call_nodes, *subject.human_nodes):
        agent = subject.agent_at(node)
        # What is written into a thread is read by whoever goes on with it.
        seen = node not in subject.agent_nodes or (agent is not None and agent.context == "fresh")
        written = frozenset().union(*(effect.made for effect in effects.get(node, ()))) if seen else frozenset()
        for item in sorted(written - live[node]):
            if item.startswith("notes.") and "notes" in live[node]:
                continue
            message = f"'{node}' writes {_spelled(item)}, which nothing reads before it is written again"
            yield subject.finding("G021", ("nodes", node), message, name=node)


def _read_after(subject: Subject, effects: Mapping[str, list[Effect]]) -> dict[str, frozenset[str]]:
    """Return, for each node, what some path from it reads before it is written again."""
    reads = {node: frozenset().union(*(one.reads for one in own)) for node, own in effects.items()}
    # What is written in some phases only may still be wanted from before.
    writes = {node: frozenset.intersection(*(one.writes for one in own)) for node, own in effects.items()}
    after = {node: frozenset(_needed(look.leaf) for look in subject.looks.get(node, ())) for node in subject.flow}
    before = {node: reads.get(node, frozenset()) for node in subject.flow} | {"end": frozenset({"draft"})}
    waiting = dict.fromkeys(reversed(list(subject.flow)))
    while waiting:
        node = next(iter(waiting))
        del waiting[node]
        if node in effects and node != "end":
            before[node] |= after[node] - writes[node]
        for source in subject.flow.predecessors(node):
            # What a node that fails would have written is still wanted.
            known = before if subject.only_fails_to(source, node) else after
            if not before[node] <= known[source]:
                known[source] |= before[node]
                waiting[source] = None
    return after


def _spelled(item: str) -> str:
    if item == "pool":
        return "a pool of drafts"
    return (
        f"a {item}"
        if item in {"draft", "verdict", "critique"}
        else f"the {item}"
        if " " in item or item == "best"
        else item
    )
