"""A graph as data: what a graph file says, checked key by key, and its networkx form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import networkx as nx
from pydantic import Field, PrivateAttr, ValidationError

from redraft.convergence import StopRules
from redraft.errors import UsageError, nearest
from redraft.files import Located, Place
from redraft.graph.condition import (
    AllOf,
    AnyOf,
    Atom,
    Condition,
    NoProblems,
    Not,
    Noted,
    Scored,
    StopCondition,
    atoms_of,
)
from redraft.graph.edge import Edge, Exit, exits_of
from redraft.graph.fan import Fan
from redraft.graph.inputs import InputType, check_text, typed
from redraft.graph.measuring import Bench  # noqa: TC001 -- pydantic reads it at run time
from redraft.graph.node import AgentNode, CallNode, EvaluateNode, EvaluatorUse, GraphNode, HumanNode, Node, SelectNode
from redraft.prompts import compile_prompt
from redraft.task import Task, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

__all__ = [
    "AgentNode",
    "AllOf",
    "AnyOf",
    "Atom",
    "CallNode",
    "Condition",
    "Edge",
    "EvaluateNode",
    "EvaluatorUse",
    "Exit",
    "GraphNode",
    "GraphSpec",
    "Handed",
    "HumanNode",
    "NoProblems",
    "Node",
    "Not",
    "Noted",
    "Scored",
    "SelectNode",
    "StopCondition",
    "atoms_of",
]


Handed: TypeAlias = Literal["draft", "verdict", "critique"]
"""What a graph can be handed by the one that it is a node of."""


class GraphSpec(Value):
    """A graph: its task, its nodes and edges, when to stop, and what it is measured by.

    `reads` is what it has to be handed, so that it can only be a node of another one; `graphs` has the graphs that are
    nodes of this one, by name.
    """

    name: str
    description: str = ""
    embedded: bool = False
    reads: tuple[Handed, ...] = ()
    prompt: str | None = None
    inputs: dict[str, InputType] = Field(default_factory=dict)
    nodes: dict[str, Node] = Field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    stop: StopRules = StopRules()
    bench: Bench | None = None
    graphs: dict[str, GraphSpec] = Field(default_factory=dict, exclude=True)

    _located: Located | None = PrivateAttr(default=None)
    _known: tuple[tuple[Edge, ...], dict[str, tuple[Exit, ...]]] | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        """Return whether two graphs say the same, wherever their keys stand."""
        return isinstance(other, GraphSpec) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def at(self, located: Located | None) -> GraphSpec:
        """Return this graph, knowing where its keys stand."""
        self._located = located
        return self

    def place(self, *path: str | int) -> Place:
        """Return where a key of the graph's file stands; a graph built in Python has no lines."""
        if self._located is None:
            return Place(f"graph {self.name}", None, ".".join(str(part) for part in path))
        return self._located.locate(path)

    @property
    def tasks_file(self) -> Path | None:
        """The file of the tasks that a bench tries it on; None where it names none, or has no file itself."""
        if self.bench is None or self.bench.tasks is None or self._located is None:
            return None
        file = self._located.file
        return file.parent / self.bench.tasks if isinstance(file, Path) else None

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Return the graph for networkx: nodes carry `node`, edges carry `edge`, in file order."""
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=self.name)
        graph.add_nodes_from((name, {"node": node}) for name, node in self.nodes.items())
        graph.add_nodes_from(("start", "end"))
        edges = (*self.edges, *self.fallbacks)
        graph.add_edges_from((edge.source, edge.target, {"edge": edge}) for edge in edges)
        return graph

    def exits(self) -> dict[str, tuple[Exit, ...]]:
        """Return the ways out of each node, in the order in which they are tried."""
        # A copy of the graph with other edges brings along what was known of the old ones.
        if self._known is None or self._known[0] is not self.edges:
            self._known = (self.edges, exits_of(self.edges))
        return self._known[1]

    @property
    def fans(self) -> dict[str, Fan]:
        """The fan-outs, by what their nodes are joined to: `a+b`. One without a join has the join `end`."""
        joins = {edge.source: edge.target for edge in self.edges}
        ways = [way for own in self.exits().values() for way in own if len(way.targets) > 1]
        return {"+".join(way.targets): Fan(nodes=way.targets, join=joins.get(way.targets[0], "end")) for way in ways}

    def inner(self, node: str) -> GraphSpec | None:
        """Return the graph of a node, with the rounds that the node sets; None where the node is something else."""
        found = self.nodes.get(node)
        spec = self.graphs.get(found.graph) if isinstance(found, GraphNode) else None
        if spec is None or not isinstance(found, GraphNode) or found.rounds is None:
            return spec
        return spec.model_copy(update={"stop": spec.stop.model_copy(update={"rounds": found.rounds})})

    def whole(self) -> tuple[GraphSpec, ...]:
        """Return this graph and every graph in it."""
        inner = (spec for node in self.nodes if (spec := self.inner(node)))
        return (self, *(one for spec in inner for one in spec.whole()))

    @property
    def asks(self) -> bool:
        """Whether a person is asked, be it in a graph in it."""
        return any(isinstance(node, HumanNode) for spec in self.whole() for node in spec.nodes.values())

    @property
    def widest(self) -> int:
        """How many drafts or critiques are written at once, at most."""
        samples = {name: getattr(node, "samples", 1) for name, node in self.nodes.items()}
        beside = (sum(samples.get(node, 1) for node in fan.nodes) for fan in self.fans.values())
        return max([1, *samples.values(), *beside])

    @property
    def fallbacks(self) -> tuple[Edge, ...]:
        """The ways that are taken where a node fails: they have no condition, and no place in the order of edges."""
        ways = ((name, getattr(node, "fallback", None)) for name, node in self.nodes.items())
        return tuple(Edge(source=name, target=target, fallback=True) for name, target in ways if target)

    def task(self, prompt: str | None, inputs: Mapping[str, JsonValue]) -> Task:
        """Return the task that this graph makes of a prompt or of its inputs.

        Raises:
            UsageError: The prompt is empty, or an input is missing, unknown, empty or of another type.
        """
        given = self._checked(inputs)
        if self.prompt is not None:
            if prompt is not None:
                raise UsageError(f"graph '{self.name}' takes no prompt", mend=f"Give its inputs: {self._usage()}.")
            place = self.place("task", "prompt")
            prompt = compile_prompt(self.prompt, str(place.file), place.line or 1).render(given)
        elif prompt is None:
            raise UsageError("the prompt is missing", mend=f"Say what to do: redraft run -g {self.name} 'Why is …?'")
        check_text(prompt, "the prompt")
        try:
            return Task.model_validate({"prompt": prompt, "inputs": given})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise UsageError(f"input '{first['loc'][1]}' is not JSON: {first['msg'].lower()}") from error

    def _checked(self, inputs: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        for name in inputs:
            if name not in self.inputs:
                mend = f"Its inputs: {self._usage()}." if self.inputs else "It takes none."
                raise UsageError(f"graph '{self.name}' has no input '{name}'.{nearest(name, self.inputs)}", mend=mend)
        missing = [name for name in self.inputs if name not in inputs]
        if missing:
            raise UsageError(f"input '{missing[0]}' of graph '{self.name}' is missing", mend=f"Add {self._usage()}.")
        return {name: typed(name, kind, inputs[name]) for name, kind in self.inputs.items()}

    def _usage(self) -> str:
        examples = {"list": "one,two", "number": "3"}
        return " ".join(f"-i {name}={examples.get(kind, '…')}" for name, kind in self.inputs.items())
