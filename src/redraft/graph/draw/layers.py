"""Which layer of a picture each box is in: links lead downwards, but for those that close a circle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redraft.graph.draw.scheme import Link, Scheme

__all__ = ["Layers", "layers_of"]


@dataclass(frozen=True, slots=True)
class Layers:
    """The layer of each box, the uppermost 0, and the boxes and links as they are first come by from the start."""

    of: Mapping[str, int]
    order: Sequence[str]


def layers_of(scheme: Scheme) -> Layers:
    """Return the layers of a scheme."""
    leaving: dict[str, list[Link]] = {box.name: [] for box in scheme.boxes}
    for link in scheme.links:
        leaving[link.source].append(link)
    seen: dict[str, bool] = {}
    forward: list[Link] = []
    for box in scheme.boxes:
        if box.name not in seen:
            forward += _forward(box.name, leaving, seen)
    return Layers(_longest(scheme, forward), list(seen))


def _forward(root: str, leaving: Mapping[str, list[Link]], seen: dict[str, bool]) -> Iterator[Link]:
    """Yield the links that lead on where one walks as deep as one can; `seen` says who is on the way to the walker."""
    seen[root] = True
    stack = [(root, iter(leaving[root]))]
    while stack:
        name, links = stack[-1]
        link = next(links, None)
        if link is None:
            seen[name] = False
            stack.pop()
        elif link.target not in seen:
            seen[link.target] = True
            yield link
            stack.append((link.target, iter(leaving[link.target])))
        elif not seen[link.target]:
            yield link


def _longest(scheme: Scheme, forward: list[Link]) -> dict[str, int]:
    """Return how many links the longest way to each box has."""
    graph = nx.DiGraph((link.source, link.target) for link in forward)
    graph.add_nodes_from(box.name for box in scheme.boxes)
    return {name: layer for layer, names in enumerate(nx.topological_generations(graph)) for name in names}
