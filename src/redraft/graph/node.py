"""Nodes: what works in a graph, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, JsonValue, model_validator

from redraft.agents import Readable  # noqa: TC001 -- pydantic reads it at run time
from redraft.task import Value

if TYPE_CHECKING:
    from redraft.agents import Agent

__all__ = [
    "AgentNode",
    "AgentSettings",
    "CallNode",
    "EvaluateNode",
    "EvaluatorUse",
    "GraphNode",
    "HumanNode",
    "Node",
    "NoteName",
    "Of",
    "Retry",
    "SelectNode",
    "Unreliable",
]

NoteName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
"""What a note can be called."""

Of = Literal["answers", "texts"]
"""What a majority is counted of: the drafts' final answers, or all that they say."""


class Retry(Value):
    """How often a node that failed is tried again, and after how many seconds; each wait is twice the one before."""

    times: int = Field(default=1, strict=True, ge=1, le=10)
    wait: float = Field(default=0.5, strict=True, ge=0, le=3600)

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, data: Any) -> Any:
        return {"times": data} if isinstance(data, int | float | str) else data


class Unreliable(Value):
    """What a node has that may fail: LangGraph tries it again, or goes on elsewhere."""

    retry: Retry | None = None
    fallback: str | None = Field(default=None, min_length=1)


class AgentSettings(Value):
    """What a node or a graph's `[defaults]` may set of an agent."""

    model: str | None = Field(default=None, min_length=1)
    temperature: float | None = Field(default=None, strict=True, ge=0, le=2)
    top_k: int | None = Field(default=None, strict=True, ge=0)
    top_p: float | None = Field(default=None, strict=True, gt=0, le=1)
    min_p: float | None = Field(default=None, strict=True, ge=0, le=1)
    typical_p: float | None = Field(default=None, strict=True, gt=0, le=1)
    repeat_penalty: float | None = Field(default=None, strict=True, gt=0, le=10)
    frequency_penalty: float | None = Field(default=None, strict=True, ge=-10, le=10)
    presence_penalty: float | None = Field(default=None, strict=True, ge=-10, le=10)
    max_tokens: int | None = Field(default=None, strict=True, ge=1, le=1_000_000)
    timeout: float | None = Field(default=None, strict=True, gt=0, le=86_400)
    retry: Retry | None = None


class AgentNode(AgentSettings, Unreliable):
    """A node that asks an agent; what is set here overrules the agent's own settings."""

    kind: Literal["agent"] = "agent"
    agent: str
    samples: int = Field(default=1, strict=True, ge=1, le=64)

    def applied_to(self, agent: Agent) -> Agent:
        """Return the agent with this node's settings."""
        own = self.model_dump(exclude={"kind", "agent", "samples", "timeout", "retry", "fallback"}, exclude_none=True)
        return agent.model_copy(update=own) if own else agent


class EvaluatorUse(Value):
    """An evaluator in a node: its weight, or that it is a gate, and its parameters."""

    name: str
    weight: float = Field(default=1.0, ge=0)
    params: dict[str, JsonValue] = Field(default_factory=dict)
    gate: bool = False


class EvaluateNode(Value):
    """A node that has the current draft evaluated: weighted evaluators first, then gates."""

    kind: Literal["evaluate"] = "evaluate"
    evaluators: tuple[EvaluatorUse, ...]


class CallNode(Unreliable):
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


class SelectNode(Value):
    """A node that makes one draft of the pool the current one, and keeps so many of the best in the pool.

    `of` is what a majority is counted of: final answers, where it is left out.
    """

    kind: Literal["select"] = "select"
    select: Literal["best", "majority", "pareto"]
    of: Of | None = None
    keep: int = Field(default=1, strict=True, ge=1, le=1024)

    @model_validator(mode="after")
    def _sound(self) -> SelectNode:
        if self.of and self.select != "majority":
            raise ValueError(f"only a majority is one of answers or of texts, not select = '{self.select}'")
        return self


class GraphNode(Unreliable):
    """A node that is a whole graph: it works on the same task, and brings the best draft that it makes."""

    kind: Literal["graph"] = "graph"
    graph: str = Field(min_length=1)
    rounds: int | None = Field(default=None, strict=True, ge=0, le=1000)
    timeout: float | None = Field(default=None, strict=True, gt=0, le=86_400)


class HumanNode(Value):
    """A node that asks a person; the answer is a note under the node's name, the next draft, or a critique."""

    kind: Literal["human"] = "human"
    human: str = Field(min_length=1)
    choices: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    reads: tuple[Literal["draft", "verdict", "critique", "notes"], ...] = ("draft",)
    writes: Literal["note", "draft", "critique"] = "note"

    @model_validator(mode="after")
    def _sound(self) -> HumanNode:
        folded = [choice.casefold() for choice in self.choices]
        if len(set(folded)) < len(folded) or len(folded) == 1:
            raise ValueError("choices are at least two different texts")
        if self.choices and self.writes != "note":
            raise ValueError(f"an answer with choices is a note, not a {self.writes}")
        return self


Node = Annotated[AgentNode | EvaluateNode | CallNode | SelectNode | GraphNode | HumanNode, Field(discriminator="kind")]
