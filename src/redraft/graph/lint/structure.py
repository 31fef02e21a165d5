"""How a graph's edges hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from redraft.graph.lint.firing import never_firing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject
    from redraft.graph.spec import Edge

__all__ = ["structure"]


def structure(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the edges."""
    yield from _start(subject)
    yield from _ends(subject)
    yield from _reach(subject)
    for node, edges in subject.edges_out.items():
        if node not in {"start", "end"}:
            yield from _order(subject, node, edges)


def _start(subject: Subject) -> Iterator[Finding]:
    edges = subject.edges_out["start"]
    if not edges:
        yield subject.finding("G010", ("edges",), "no path begins with 'start'", name="start")
    elif len(edges) > 1:
        message = f"{len(edges)} paths begin with 'start'"
        yield subject.finding("G010", _path(edges[1]), message, name="start")
    elif edges[0].when is not None:
        message = "the path from 'start' has a 'when'"
        mend = "Remove the `when`: nothing is known yet."
        yield subject.finding("G010", _when(edges[0]), message, name="start", mend=mend)
    elif edges[0].target == "end":
        yield subject.finding("G010", _path(edges[0]), "'start' leads to 'end' at once", name="start")


def _ends(subject: Subject) -> Iterator[Finding]:
    for edge in (*subject.spec.edges, *subject.spec.fallbacks):
        if edge.target == "start":
            yield subject.finding("G016", _path(edge), f"'{edge.source}' leads into 'start'", name=edge.source)
        if edge.source == "end":
            yield subject.finding("G016", _path(edge), f"'end' leads to '{edge.target}'", name=edge.target)
        if edge.source == edge.target:
            yield subject.finding("G015", _path(edge), f"'{edge.source}' leads to itself", name=edge.source)


def _reach(subject: Subject) -> Iterator[Finding]:
    if not subject.edges_out["start"]:
        return
    from_start = nx.descendants(subject.flow, "start")
    to_end = nx.ancestors(subject.flow, "end")
    for node in subject.spec.nodes:
        if node not in from_start:
            yield subject.finding("G011", ("nodes", node), f"no path from 'start' leads to '{node}'", name=node)
        elif node not in to_end:
            yield subject.finding("G012", ("nodes", node), f"no path from '{node}' leads to 'end'", name=node)


def _order(subject: Subject, node: str, edges: list[Edge]) -> Iterator[Finding]:
    first = next((number for number, edge in enumerate(edges) if edge.when is None), None)
    if first is None:
        if edges:
            message = f"every edge that leaves '{node}' has a 'when': where does it go when none holds?"
            yield subject.finding("G014", _when(edges[-1]), message, name=node)
        tried = edges
    else:
        late = len(edges) - first - 1
        if late:
            more = f", and {late - 1} more" if late > 1 else ""
            message = f"'{node}' → '{edges[first + 1].target}'{more} is never tried: an edge before it has no 'when'"
            yield subject.finding("G013", _path(edges[first + 1]), message, name=node)
        tried = edges[: first + 1]
    idle = never_firing(tried, subject.spec.stop.rounds)
    if idle:
        more = f", and {len(idle) - 1} more" if len(idle) > 1 else ""
        message = (
            f"'{node}' → '{idle[0].target}'{more} never fires: its condition cannot hold, or another edge is first"
        )
        key = _when(idle[0]) if idle[0].when else _path(idle[0])
        yield subject.finding("G017", key, message, name=node)


def _path(edge: Edge) -> tuple[str | int, ...]:
    return ("nodes", edge.source, "fallback") if edge.fallback else ("edges", edge.path, "path")


def _when(edge: Edge) -> tuple[str | int, ...]:
    return ("edges", edge.path, "when")
