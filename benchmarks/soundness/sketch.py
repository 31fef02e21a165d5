"""A graph while it is drawn or mutated: the tables that a graph file has."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from benchmarks.soundness.world import SHARED
from redraft.graph.builder import Graph

if TYPE_CHECKING:
    from redraft.graph.spec import GraphSpec

__all__ = ["Path", "Sketch", "Steps"]

Steps: TypeAlias = "list[str | list[str]]"


@dataclass(slots=True)
class Path:
    """One `[[edges]]` table."""

    steps: Steps
    when: Any = None


@dataclass(slots=True)
class Sketch:
    """What becomes a graph. `graphs` holds those that stand in for the usual ones of their name."""

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    paths: list[Path] = field(default_factory=list)
    stop: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    truth: dict[str, Any] = field(default_factory=dict)
    graphs: dict[str, GraphSpec] = field(default_factory=dict)

    def copy(self) -> Sketch:
        """Return another one that may be changed."""
        return copy.deepcopy(self)

    def spec(self) -> GraphSpec:
        """Return the graph.

        Raises:
            DefinitionError: A key in it is wrong.
        """
        graph = Graph("random").stop(**self.stop)
        if self.inputs:
            graph.task("Go.", **self.inputs)
        if self.truth:
            graph.bench(self.truth)
        for name, table in self.nodes.items():
            inner = table.get("graph")
            graph.node(name, **(table | {"graph": (SHARED | self.graphs).get(inner, inner)} if inner else table))
        for path in self.paths:
            graph.edge(*path.steps, when=path.when)
        return graph.spec()
