"""The events of a run, from its start to its outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from redraft.graph.events import (
    Asked,
    Charged,
    Chosen,
    Criticised,
    Decided,
    DraftFinished,
    DraftStarted,
    Evaluated,
    Failed,
    NodeEvent,
    NoteWritten,
    TextStreamed,
    Visited,
    Warned,
)

if TYPE_CHECKING:
    from redraft.task import Outcome, Task

__all__ = [
    "Asked",
    "Charged",
    "Chosen",
    "Criticised",
    "Decided",
    "DraftFinished",
    "DraftStarted",
    "Evaluated",
    "Event",
    "Failed",
    "NoteWritten",
    "RunEnded",
    "RunStarted",
    "TextStreamed",
    "Visited",
    "Warned",
]


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins: its id, its graph, the model that serves `default`, and its task."""

    kind: Literal["run_started"] = field(default="run_started", init=False)
    run: str
    graph: str
    model: str | None
    task: Task


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run is over; `error` is what ended it early, or None."""

    kind: Literal["run_ended"] = field(default="run_ended", init=False)
    outcome: Outcome
    error: BaseException | None = None


Event = NodeEvent | RunStarted | RunEnded
