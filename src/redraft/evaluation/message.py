"""The messages between a process and the children that evaluate for it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from redraft.evaluation.target import Target  # noqa: TC001 - pydantic reads it
from redraft.task import Assessed, Draft, Score, Task, Value

__all__ = ["Call", "Load", "Loaded", "Material", "Record", "Reply", "Scored", "reply_of", "request_of"]


class Load(Value):
    """To the child: import the plugin that an evaluator is in. `number` is what the answer must name."""

    kind: Literal["load"] = "load"
    number: str
    target: Target


class Call(Value):
    """To the child: call an evaluator with the material that follows in a frame of its own.

    Args:
        number: What the answer must name.
        target: Who is called.
        params: The parameters that the graph sets.
        level: The level from which on records of the log are wanted.
    """

    kind: Literal["call"] = "call"
    number: str
    target: Target
    params: dict[str, Any] = Field(default_factory=dict)
    level: int = 0


class Material(Value):
    """To the child: what all evaluators of a draft are given."""

    draft: Draft
    task: Task
    history: tuple[Assessed, ...] = ()


class Loaded(Value):
    """From the child: the plugin is imported, or why it is not."""

    kind: Literal["loaded"] = "loaded"
    number: str
    error: str | None = None


class Scored(Value):
    """From the child: what an evaluator said. `peak` is the most memory that the child ever had, in bytes."""

    kind: Literal["scored"] = "scored"
    number: str
    score: Score
    peak: int = 0


class Record(Value):
    """From the child: what a plugin logged."""

    kind: Literal["record"] = "record"
    level: int
    text: str


Reply = Annotated[Loaded | Scored | Record, Field(discriminator="kind")]

_REQUEST: TypeAdapter[Load | Call] = TypeAdapter(Annotated[Load | Call, Field(discriminator="kind")])
_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


def request_of(content: bytes) -> Load | Call:
    """Return what a parent asks."""
    return _REQUEST.validate_json(content)


def reply_of(content: bytes) -> Reply:
    """Return what a child said.

    Raises:
        ValidationError: It said nothing that is known.
    """
    return _REPLY.validate_json(content)
