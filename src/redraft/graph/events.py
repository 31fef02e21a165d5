"""What a node tells the outside while it works: small frozen facts, in the order they happen.

Each has its `kind` as a field: in JSON, as LangGraph's server sends them, it is all that tells one from another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from redraft.convergence import Decision
    from redraft.graph.questions import Question
    from redraft.task import Critique, Draft, Verdict

__all__ = [
    "Asked",
    "Charged",
    "Chosen",
    "Criticised",
    "Decided",
    "DraftFinished",
    "DraftStarted",
    "Evaluated",
    "Failed",
    "NodeEvent",
    "NoteWritten",
    "TextStreamed",
    "Visited",
    "Warned",
]


@dataclass(frozen=True, slots=True)
class DraftStarted:
    """An agent begins to write the draft with this index."""

    kind: Literal["draft_started"] = field(default="draft_started", init=False)
    index: int
    round: int
    author: str


@dataclass(frozen=True, slots=True)
class TextStreamed:
    """An agent's node produced more text; `draft` is the index of the draft that it belongs to, if any."""

    kind: Literal["text_streamed"] = field(default="text_streamed", init=False)
    node: str
    text: str
    draft: int | None = None


@dataclass(frozen=True, slots=True)
class DraftFinished:
    """A draft is complete, or was cut."""

    kind: Literal["draft_finished"] = field(default="draft_finished", init=False)
    draft: Draft


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A draft has its verdict."""

    kind: Literal["evaluated"] = field(default="evaluated", init=False)
    index: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Asked:
    """A person is asked; the run waits for the answer."""

    kind: Literal["asked"] = field(default="asked", init=False)
    question: Question


@dataclass(frozen=True, slots=True)
class Chosen:
    """The draft of this index is the one that was chosen from several.

    `over` are those that it takes out of the contest for the run's answer: a choice by verdict takes none. `detail` is
    a few words on why.
    """

    kind: Literal["chosen"] = field(default="chosen", init=False)
    node: str
    index: int
    over: tuple[int, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Criticised:
    """A critic has said what is wrong with the draft of this index; `node` is the critic's node."""

    kind: Literal["criticised"] = field(default="criticised", init=False)
    index: int
    critique: Critique
    node: str


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """A node has written a note: an agent, a function, or a person who was asked."""

    kind: Literal["note_written"] = field(default="note_written", init=False)
    node: str
    note: str
    text: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The checks on a node's edge have decided."""

    kind: Literal["decided"] = field(default="decided", init=False)
    node: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Visited:
    """A node's visit is over: `outer/inner` in a graph's node. Those of a fan-out are told in order where they meet."""

    kind: Literal["visited"] = field(default="visited", init=False)
    node: str


@dataclass(frozen=True, slots=True)
class Charged:
    """A model call is paid for: tokens read and tokens written."""

    kind: Literal["charged"] = field(default="charged", init=False)
    node: str
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know that does not end the run."""

    kind: Literal["warned"] = field(default="warned", init=False)
    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A node raised; the run ends with what it has."""

    kind: Literal["failed"] = field(default="failed", init=False)
    node: str
    error: BaseException


NodeEvent = (
    DraftStarted
    | TextStreamed
    | DraftFinished
    | Evaluated
    | Asked
    | Chosen
    | Criticised
    | NoteWritten
    | Decided
    | Visited
    | Charged
    | Warned
    | Failed
)
