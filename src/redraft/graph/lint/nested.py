"""Graphs that are nodes: whether they are there, sound, and fit their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject

__all__ = ["nested"]


def nested(subject: Subject) -> Iterator[Finding]:
    """Yield graphs that are not there, not sound, or that need an input which the task does not have."""
    for name, node in subject.graph_nodes.items():
        key, inner = ("nodes", name, "graph"), subject.inner.get(name)
        if inner is None:
            message = f"graph '{node.graph}' was not loaded"
            yield subject.finding("G047", key, message, name=node.graph)
            continue
        if inner.errors:
            first, more = inner.errors[0], len(inner.errors) - 1
            message = f"graph '{node.graph}' has {first}" + (f", and {more} more errors" if more else "")
            yield subject.finding("G047", key, message, name=node.graph, mend=first.mend)
        given = subject.spec.inputs
        for need, kind in inner.subject.spec.inputs.items():
            if given.get(need) != kind:
                message = f"graph '{node.graph}' needs the input '{need}', a {kind}.{nearest(need, given)}"
                yield subject.finding("G048", key, message, name=need, mend=f'Add {need} = "{kind}" to [task].inputs.')
