"""A graph built in Python: the same tables as in a graph file, read by the same code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from redraft.errors import DefinitionError
from redraft.files import Located
from redraft.graph.reading import read_graph
from redraft.graph.spec import GraphSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Graph"]


class Graph:
    """Builds a graph step by step; every method returns the builder.

    Args:
        name: The graph's name.
        description: One sentence about it.

    Examples:
        >>> spec = (
        ...     Graph("once")
        ...     .node("generator", agent="generator")
        ...     .node("evaluate", evaluators={"repetition": 1.0})
        ...     .edge("start", "generator", "evaluate", "end")
        ...     .spec()
        ... )
        >>> list(spec.nodes)
        ['generator', 'evaluate']
    """

    def __init__(self, name: str, description: str = "") -> None:
        self._name = name
        self._graphs: dict[str, GraphSpec] = {}
        self._tables: dict[str, Any] = {
            "redraft": 1,
            "description": description,
            "task": {},
            "defaults": {},
            "nodes": {},
            "edges": [],
            "stop": {},
        }

    def task(self, prompt: str, **inputs: str) -> Self:
        """Set the task's prompt template and the types of its inputs."""
        self._tables["task"] = {"prompt": prompt, "inputs": inputs}
        return self

    def defaults(self, **settings: Any) -> Self:
        """Set what every agent of the graph has where its node does not say otherwise."""
        self._tables["defaults"] |= settings
        return self

    def node(self, name: str, **table: Any) -> Self:
        """Add a node with the keys of its table in a graph file; `graph` may also be a graph that was built in Python.

        Raises:
            DefinitionError: There is a node of that name.
        """
        inner = table.get("graph")
        if isinstance(inner, GraphSpec | Graph):
            spec = inner.spec() if isinstance(inner, Graph) else inner
            self._graphs[spec.name] = spec
            table = table | {"graph": spec.name}
        if name in self._tables["nodes"]:
            raise DefinitionError(f"the node '{name}' is there twice", where=f"Graph {self._name}")
        self._tables["nodes"][name] = table
        return self

    def edge(self, *path: str | Sequence[str], when: Any = None) -> Self:
        """Add a path, a list in it is a fan-out; `when` guards its first edge."""
        self._tables["edges"].append({"path": list(path)} | ({} if when is None else {"when": when}))
        return self

    def reads(self, *names: str) -> Self:
        """Say what the graph has to be handed; it can then only be a node of another graph."""
        self._tables["reads"] = list(names)
        return self

    def stop(self, **rules: Any) -> Self:
        """Set stop rules, as in the `[stop]` table of a graph file."""
        self._tables["stop"] |= rules
        return self

    def bench(self, truth: Mapping[str, Any], *, right: float = 1.0, tasks: str | None = None) -> Self:
        """Say what the graph is measured by, as in the `[bench]` table of a graph file."""
        self._tables["bench"] = {"truth": dict(truth), "right": right} | ({} if tasks is None else {"tasks": tasks})
        return self

    def spec(self) -> GraphSpec:
        """Return the graph.

        Raises:
            DefinitionError: A key, a value or a name in it is wrong.
        """
        spec = read_graph(self._name, Located(f"Graph {self._name}", self._tables))
        return spec.model_copy(update={"graphs": dict(self._graphs)}) if self._graphs else spec
