"""A sound graph that one thing is changed of, and where in it there is room for a change."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from benchmarks.soundness.sketch import Path, Sketch
from redraft.graph.termination import remaining_edges

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from redraft.graph.lint import Window
    from redraft.graph.spec import GraphSpec

__all__ = ["NEW", "Mutated"]

NEW = "new"
"""The name of a node that a mutation adds."""


@dataclass
class Mutated:
    """A sound graph, and the change of it. What changes it returns False where there is no room for that.

    Args:
        draw: Chooses where.
        sketch: The graph; it is changed.
        windows: What lint is told of models.
    """

    draw: random.Random
    sketch: Sketch
    windows: Mapping[str, Window] = field(default_factory=dict)

    @cached_property
    def spec(self) -> GraphSpec:
        """The graph as it was."""
        return self.sketch.copy().spec()

    @cached_property
    def fanned(self) -> list[str]:
        """The nodes of fan-outs."""
        ways = [way for exits in self.spec.exits().values() for way in exits if len(way.targets) > 1]
        return [node for way in ways for node in way.targets]

    @property
    def single(self) -> list[str]:
        """The nodes that are in no fan-out."""
        return [name for name in self.sketch.nodes if name not in self.fanned]

    @property
    def first(self) -> str:
        """The node, or one of the nodes, that `start` leads to."""
        return self.spec.exits()["start"][0].targets[0]

    @cached_property
    def sure(self) -> list[str]:
        """The nodes in no fan-out that used-up rounds lead on to from the first one."""
        onward: dict[str, list[str]] = {}
        for edge in remaining_edges(self.spec):
            onward.setdefault(edge.source, []).extend([] if edge.fallback else [edge.target])
        seen, waiting = set[str](), [self.first]
        while waiting:
            node = waiting.pop()
            waiting += [] if node in seen else onward.get(node, [])
            seen.add(node)
        return [name for name in self.single if name in seen and name != self.first]

    def having(self, key: str, *values: object) -> list[str]:
        """Return the nodes outside of fan-outs that have a key in their table, be it with one of some values."""
        found = [name for name in self.single if key in self.sketch.nodes[name]]
        return [name for name in found if not values or self.sketch.nodes[name][key] in values]

    def one(self, names: Sequence[str]) -> str:
        """Return one of some names, or nothing where there are none."""
        return self.draw.choice(names) if names else ""

    def put(self, name: str, **keys: Any) -> bool:
        """Change keys of a node."""
        return bool(name) and self.instead(name, self.sketch.nodes[name] | keys)

    def instead(self, name: str, table: Mapping[str, Any]) -> bool:
        """Put another node in the place of one, or a new one."""
        if name:
            self.sketch.nodes[name] = dict(table)
        return bool(name)

    def way(self, name: str, target: str, when: Any) -> bool:
        """Add a way out of a node, tried before its others."""
        if name:
            self.sketch.paths.insert(0, Path([name, target], when))
        return bool(name)

    def also(self, name: str, target: str) -> bool:
        """Add a way out of a node without a condition, tried after its others."""
        if name:
            self.sketch.paths.append(Path([name, target]))
        return bool(name)

    def begin(self, table: Mapping[str, Any], when: Any = None) -> bool:
        """Put a new node behind `start`; with a condition, it may lead to the end at once."""
        path = next(one for one in self.sketch.paths if one.steps[0] == "start")
        self.instead(NEW, table)
        rest = path.steps[1:]
        path.steps = ["start", NEW]
        if when is not None:
            self.way(NEW, "end", when)
        self.sketch.paths.append(Path([NEW, *rest]))
        return True

    def before_end(self, *tables: Mapping[str, Any]) -> bool:
        """Put new nodes on a path that leads to the end."""
        paths = [one for one in self.sketch.paths if one.steps[-1] == "end"]
        path = self.draw.choice(paths)
        names = [f"{NEW}{number or ''}" for number in range(len(tables))]
        for name, table in zip(names, tables, strict=True):
            self.instead(name, table)
        path.steps[-1:] = [*names, "end"]
        return True
