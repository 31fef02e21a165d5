"""A graph as data: what a graph file says, checked key by key, and its networkx form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import networkx as nx
from pydantic import Field, JsonValue, PrivateAttr, ValidationError

from redraft.agents import Readable  # noqa: TC001 -- pydantic reads it at run time
from redraft.convergence import StopRules
from redraft.errors import UsageError, nearest
from redraft.files import Located, Place
from redraft.graph.inputs import InputType, check_text, typed
from redraft.prompts import compile_prompt
from redraft.task import Task, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redraft.agents import Agent

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
    "GraphSpec",
    "Node",
    "Not",
    "StopCondition",
    "atoms_of",
]


NoteName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
"""What a note can be called."""


class StopCondition(Value):
    """`when = "stop"`: one of the graph's own stop rules says stop."""

    kind: Literal["stop"] = "stop"


class Atom(Value):
    """One check with its own setting: `{ rounds = 3 }`."""

    kind: Literal["check"] = "check"
    check: str
    value: Any


class AnyOf(Value):
    """At least one condition holds."""

    kind: Literal["any"] = "any"
    items: tuple[Condition, ...]


class AllOf(Value):
    """Every condition holds."""

    kind: Literal["all"] = "all"
    items: tuple[Condition, ...]


class Not(Value):
    """A condition does not hold."""

    kind: Literal["not"] = "not"
    item: Condition


Condition = Annotated[StopCondition | Atom | AnyOf | AllOf | Not, Field(discriminator="kind")]


def atoms_of(condition: Condition) -> Iterator[Atom]:
    """Yield the checks that a condition asks."""
    match condition:
        case Atom():
            yield condition
        case Not(item=item):
            yield from atoms_of(item)
        case AllOf(items=items) | AnyOf(items=items):
            for item in items:
                yield from atoms_of(item)


class EvaluatorUse(Value):
    """An evaluator in a node: its weight, or that it is a gate, and its parameters."""

    name: str
    weight: float = Field(default=1.0, ge=0)
    params: dict[str, JsonValue] = Field(default_factory=dict)
    gate: bool = False


class AgentNode(Value):
    """A node that asks an agent; what is set here overrules the agent's own settings."""

    kind: Literal["agent"] = "agent"
    agent: str
    model: str | None = None
    temperature: float | None = Field(default=None, strict=True, ge=0, le=2)
    top_k: int | None = Field(default=None, strict=True, ge=0)
    top_p: float | None = Field(default=None, strict=True, gt=0, le=1)
    min_p: float | None = Field(default=None, strict=True, ge=0, le=1)
    max_tokens: int | None = Field(default=None, strict=True, ge=1, le=1_000_000)

    def applied_to(self, agent: Agent) -> Agent:
        """Return the agent with this node's settings."""
        own = self.model_dump(exclude={"kind", "agent"}, exclude_none=True)
        return agent.model_copy(update=own) if own else agent


class EvaluateNode(Value):
    """A node that has the current draft evaluated: weighted evaluators first, then gates."""

    kind: Literal["evaluate"] = "evaluate"
    evaluators: tuple[EvaluatorUse, ...]


class CallNode(Value):
    """A node that calls a function of a plugin.

    `writes` is `draft`, `note` (kept under the node's name), or the names of the notes that it returns.
    """

    kind: Literal["call"] = "call"
    call: str
    reads: tuple[Readable, ...] = ()
    params: dict[str, JsonValue] = Field(default_factory=dict)
    writes: Literal["draft", "note"] | Annotated[tuple[NoteName, ...], Field(min_length=1)]
    timeout: float = Field(default=30.0, gt=0, le=86_400)

    def notes(self, node: str) -> tuple[str, ...]:
        """Return the names of the notes that it writes, as the node of a name."""
        if isinstance(self.writes, tuple):
            return self.writes
        return (node,) if self.writes == "note" else ()


Node = Annotated[AgentNode | EvaluateNode | CallNode, Field(discriminator="kind")]


class Edge(Value):
    """One step of a path; `path` is the number of the path in its file."""

    source: str
    target: str
    when: Condition | None = None
    path: int = 0


class GraphSpec(Value):
    """A graph: its task, its nodes and edges, and when to stop."""

    name: str
    description: str = ""
    embedded: bool = False
    prompt: str | None = None
    inputs: dict[str, InputType] = Field(default_factory=dict)
    nodes: dict[str, Node] = Field(default_factory=dict)
    edges: tuple[Edge, ...] = ()
    stop: StopRules = StopRules()

    _located: Located | None = PrivateAttr(default=None)

    def at(self, located: Located | None) -> GraphSpec:
        """Return this graph, knowing where its keys stand."""
        self._located = located
        return self

    def place(self, *path: str | int) -> Place:
        """Return where a key of the graph's file stands; a graph built in Python has no lines."""
        if self._located is None:
            return Place(f"graph {self.name}", None, ".".join(str(part) for part in path))
        return self._located.locate(path)

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Return the graph for networkx: nodes carry `node`, edges carry `edge`, in file order."""
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=self.name)
        graph.add_nodes_from((name, {"node": node}) for name, node in self.nodes.items())
        graph.add_nodes_from(("start", "end"))
        graph.add_edges_from((edge.source, edge.target, {"edge": edge}) for edge in self.edges)
        return graph

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
