"""Edges: the steps of a graph's paths, and the exits of a node that they make."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from redraft.graph.condition import Condition  # noqa: TC001 -- pydantic reads it at run time
from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Edge", "Exit", "exits_of"]


class Edge(Value):
    """One step of a path; `path` is the number of the path in its file.

    `fan` names all nodes that are visited side by side where the step is one of a fan-out; `fallback` is true where
    only the failure of its source leads there.
    """

    source: str
    target: str
    when: Condition | None = None
    path: int = 0
    fan: tuple[str, ...] = ()
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a node: an edge, or the edges of a fan-out, which are taken together.

    Args:
        edges: The edges.
        targets: The nodes that they lead to.
    """

    edges: tuple[Edge, ...]
    targets: tuple[str, ...]

    @property
    def source(self) -> str:
        """The node that it leaves."""
        return self.edges[0].source

    @property
    def when(self) -> Condition | None:
        """Its condition."""
        return self.edges[0].when

    @property
    def path(self) -> int:
        """The number of its path."""
        return self.edges[0].path

    def __str__(self) -> str:
        targets = ", ".join(f"'{target}'" for target in self.targets)
        return f"'{self.source}' → {targets}"


def exits_of(edges: Iterable[Edge]) -> dict[str, tuple[Exit, ...]]:
    """Return the ways out of each node, in the order of the file."""
    left: dict[str, list[Edge]] = {}
    for edge in edges:
        left.setdefault(edge.source, []).append(edge)
    return {source: _grouped(own) for source, own in left.items()}


def _grouped(edges: list[Edge]) -> tuple[Exit, ...]:
    exits: list[Exit] = []
    left = iter(edges)
    for edge in left:
        grouped = (edge, *islice(left, max(len(edge.fan) - 1, 0)))
        exits.append(Exit(grouped, tuple(one.target for one in grouped) if edge.fan else (edge.target,)))
    return tuple(exits)
