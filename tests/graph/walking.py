"""What the tests of a compiled graph share: an evaluator by script, and what a walk leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.evaluation import Use, evaluator
from redraft.graph.events import DraftFinished
from redraft.task import Draft, Score

if TYPE_CHECKING:
    from redraft.graph.events import NodeEvent

__all__ = ["Walked", "values"]


def values(*scores: float) -> Use:
    """An evaluator that gives these scores, one draft after the other, the last one for ever."""
    left = list(scores)

    @evaluator("scripted")
    def scripted(draft: Draft) -> Score:
        value = left.pop(0) if len(left) > 1 else left[0]
        return Score(value, [] if value == 1 else ["could be better"])

    return Use(evaluator=scripted)


class Walked:
    """What one walk left behind."""

    def __init__(self, state: dict[str, Any], events: list[NodeEvent]) -> None:
        self.state = state
        self.events = events

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def texts(self) -> list[str]:
        return [event.draft.text for event in self.of(DraftFinished)]
