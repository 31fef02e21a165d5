"""How a graph's edges hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from redraft.graph.condition import Noted, leaves_of
from redraft.graph.edge import Edge
from redraft.graph.lint.firing import never_firing, unchosen
from redraft.graph.node import CallNode, HumanNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft.graph.edge import Exit
    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject

__all__ = ["structure"]


def structure(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the edges."""
    yield from _start(subject)
    yield from _ends(subject)
    yield from _reach(subject)
    for node, exits in subject.exits.items():
        if node not in {"start", "end"}:
            yield from _order(subject, node, exits)


def _start(subject: Subject) -> Iterator[Finding]:
    exits = subject.exits["start"]
    if not exits:
        yield subject.finding("G010", ("edges",), "no path begins with 'start'", name="start")
    elif len(exits) > 1:
        message = f"{len(exits)} paths begin with 'start'"
        yield subject.finding("G010", _path(exits[1]), message, name="start")
    elif exits[0].when is not None:
        message = "the path from 'start' has a 'when'"
        mend = "Remove the `when`: nothing is known yet."
        yield subject.finding("G010", _when(exits[0]), message, name="start", mend=mend)
    elif exits[0].targets == ("end",):
        yield subject.finding("G010", _path(exits[0]), "'start' leads to 'end' at once", name="start")


def _ends(subject: Subject) -> Iterator[Finding]:
    for edge in (*subject.spec.edges, *subject.spec.fallbacks):
        if edge.target == "start":
            yield subject.finding("G016", _path(edge), f"'{edge.source}' leads into 'start'", name=edge.source)
        if edge.source == "end":
            yield subject.finding("G016", _path(edge), f"'end' leads to '{edge.target}'", name=edge.target)
        if edge.source == edge.target:
            yield subject.finding("G015", _path(edge), f"'{edge.source}' leads to itself", name=edge.source)


def _reach(subject: Subject) -> Iterator[Finding]:
    if not subject.exits["start"]:
        return
    from_start = nx.descendants(subject.flow, "start")
    to_end = nx.ancestors(subject.flow, "end")
    for node in subject.spec.nodes:
        if node not in from_start:
            yield subject.finding("G011", ("nodes", node), f"no path from 'start' leads to '{node}'", name=node)
        elif node not in to_end:
            yield subject.finding("G012", ("nodes", node), f"no path from '{node}' leads to 'end'", name=node)


def _order(subject: Subject, node: str, exits: Sequence[Exit]) -> Iterator[Finding]:
    first = next((number for number, way in enumerate(exits) if way.when is None), None)
    if first is None:
        if exits:
            message = f"every edge that leaves '{node}' has a 'when': where does it go when none holds?"
            yield subject.finding("G014", _when(exits[-1]), message, name=node)
        tried = exits
    else:
        late = len(exits) - first - 1
        if late:
            more = f", and {late - 1} more" if late > 1 else ""
            message = f"{exits[first + 1]}{more} is never tried: an edge before it has no 'when'"
            yield subject.finding("G013", _path(exits[first + 1]), message, name=node)
        tried = exits[: first + 1]
    choices = _choices(subject)
    idle = never_firing(tried, subject.spec.stop.rounds, choices)
    if idle:
        more = f", and {len(idle) - 1} more" if len(idle) > 1 else ""
        message = f"{idle[0]}{more} never fires: {_why_idle(idle[0], choices)}"
        key = _when(idle[0]) if idle[0].when else _path(idle[0])
        yield subject.finding("G017", key, message, name=node)


def _choices(subject: Subject) -> dict[str, tuple[str, ...]]:
    """Return what people can answer, by the notes that nobody else writes."""
    nodes = subject.spec.nodes
    others = {note for name, node in nodes.items() if isinstance(node, CallNode) for note in node.notes(name)}
    asked = {name: node.choices for name, node in nodes.items() if isinstance(node, HumanNode) and node.choices}
    return {name: choices for name, choices in asked.items() if name not in others}


def _why_idle(way: Exit, choices: dict[str, tuple[str, ...]]) -> str:
    for leaf in leaves_of(way.when) if way.when else ():
        if isinstance(leaf, Noted) and unchosen(leaf, choices):
            return f"'{leaf.note}' never says {leaf.value!r}, only {' or '.join(map(repr, choices[leaf.note]))}"
    return "its condition cannot hold, or another edge is first"


def _path(edge: Edge | Exit) -> tuple[str | int, ...]:
    fallback = isinstance(edge, Edge) and edge.fallback
    return ("nodes", edge.source, "fallback") if fallback else ("edges", edge.path, "path")


def _when(way: Exit) -> tuple[str | int, ...]:
    return ("edges", way.path, "when")
