"""Why every walk ends: each cycle crosses a node that used-up rounds alone suffice to leave.

Once a node has been visited `rounds + 1` times, the checks that count rounds hold there for good. So only the edges up
to the first one that is then certainly taken remain. A walk that never ended would, from some point on, use nothing but
edges that remain; where those make no cycle, there is no such walk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from redraft.graph.condition import AllOf, AnyOf, Atom, Condition, Not, StopCondition, atoms_of

if TYPE_CHECKING:
    from redraft.graph.spec import Edge, GraphSpec

__all__ = ["bound", "endless", "remaining_edges"]


def endless(spec: GraphSpec) -> list[list[str]]:
    """Return the groups of nodes that a walk may go round in for ever; none where the graph terminates."""
    remaining = remaining_edges(spec)
    graph = nx.DiGraph((edge.source, edge.target) for edge in remaining)
    loops = {edge.source for edge in remaining if edge.source == edge.target}
    groups = (group for group in nx.strongly_connected_components(graph) if len(group) > 1 or group & loops)
    order = {name: number for number, name in enumerate(spec.nodes)}
    return [sorted(group, key=lambda name: order.get(name, -1)) for group in groups]


def bound(spec: GraphSpec) -> int:
    """Return an upper bound on the node visits of any walk over a graph that terminates.

    Between two visits that are not yet used up, a walk follows remaining edges, which make no cycle: so it visits each
    node once at most. The nodes of a fan-out are visited together, each on a walk of its own from the node before to
    the one where they meet; none of them has a condition. A visit to a node that is a graph is a walk over that graph.
    """
    guarded = {edge.source for edge in spec.edges if edge.when is not None}
    rounds = sum(_rounds(spec, node) + 1 for node in guarded)
    inner = sum(bound(graph) for node in spec.nodes if (graph := spec.inner(node)))
    return (rounds + 1) * (len(spec.nodes) + 1 + inner)


def remaining_edges(spec: GraphSpec) -> list[Edge]:
    """Return the edges that can still be taken once the rounds of every node are used up; a node may always fail."""
    remaining = list(spec.fallbacks)
    for exits in spec.exits().values():
        for way in exits:
            taken = True if way.when is None else _with_rounds_used_up(way.when)
            if taken is not False:
                remaining += way.edges
            if taken is True:
                break
    return remaining


def _with_rounds_used_up(condition: Condition) -> bool | None:
    """Return whether a condition holds where nothing is known but that rounds are used up; None: it may or may not."""
    match condition:
        case StopCondition():
            return True
        case Atom(check=check):
            return True if check == "rounds" else None
        case Not(item=item):
            inner = _with_rounds_used_up(item)
            return None if inner is None else not inner
        case AllOf(items=items):
            return _all([_with_rounds_used_up(item) for item in items])
        case AnyOf(items=items):
            inner = _all([None if v is None else not v for v in map(_with_rounds_used_up, items)])
            return None if inner is None else not inner
        case _:  # A score, a critique or a note may say anything.
            return None


def _all(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _rounds(spec: GraphSpec, node: str) -> int:
    """Return the largest number of rounds that a condition on the node's edges asks for."""
    atoms = (atom for edge in spec.edges if edge.source == node and edge.when for atom in atoms_of(edge.when))
    return max((atom.value for atom in atoms if atom.check == "rounds"), default=0) + spec.stop.rounds
