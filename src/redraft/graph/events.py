"""What a node tells the outside while it works: small frozen facts, in the order they happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    "TextStreamed",
    "Visited",
    "Warned",
]


@dataclass(frozen=True, slots=True)
class DraftStarted:
    """An agent begins to write the draft with this index."""

    index: int
    round: int
    author: str


@dataclass(frozen=True, slots=True)
class TextStreamed:
    """An agent's node produced more text; `draft` is the index of the draft that it belongs to, if any."""

    node: str
    text: str
    draft: int | None = None


@dataclass(frozen=True, slots=True)
class DraftFinished:
    """A draft is complete, or was cut."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A draft has its verdict."""

    index: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Asked:
    """A person is asked; the run waits for the answer."""

    question: Question


@dataclass(frozen=True, slots=True)
class Chosen:
    """The draft of this index is the one that was chosen from several.

    `over` are those that it takes out of the contest for the run's answer: a choice by verdict takes none. `detail` is
    a few words on why.
    """

    node: str
    index: int
    over: tuple[int, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Criticised:
    """A critic has said what is wrong with the draft of this index."""

    index: int
    critique: Critique


@dataclass(frozen=True, slots=True)
class Decided:
    """The checks on a node's edge have decided."""

    node: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Visited:
    """A node's visit is over; those of a fan-out are told where they meet, in its order, `outer/inner` of a graph's node."""

    node: str


@dataclass(frozen=True, slots=True)
class Charged:
    """A model call is paid for: tokens read and tokens written."""

    node: str
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know that does not end the run."""

    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A node raised; the run ends with what it has."""

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
    | Decided
    | Visited
    | Charged
    | Warned
    | Failed
)
