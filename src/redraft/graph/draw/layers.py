"""Which layer of a picture each box is in: links lead downwards, but for those that close a circle."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    layer = {box.name: 0 for box in scheme.boxes}
    waits = dict.fromkeys(layer, 0)
    leaving: dict[str, list[str]] = {name: [] for name in layer}
    for link in forward:
        waits[link.target] += 1
        leaving[link.source].append(link.target)
    ready = deque(name for name in layer if not waits[name])
    while ready:
        name = ready.popleft()
        for target in leaving[name]:
            layer[target] = max(layer[target], layer[name] + 1)
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)
    return layer
