"""A run's record: what it says is best, whatever happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.graph.events import DraftFinished, Evaluated
from redraft.runs.record import Record
from redraft.task import Draft, Score, Stopped, Task, Verdict

if TYPE_CHECKING:
    import pytest

EVALUATIONS = [
    ([(0, 0.5), (1, 0.9)], 1),
    ([(0, 0.9), (1, 0.5)], 0),
    ([(0, 0.5), (1, 0.5)], 0),
    ([(0, 1.0), (0, 0.5), (1, 0.6)], 1),
    ([(0, 0.5), (1, 1.0), (1, 0.2)], 0),
    ([(0, 1.0), (1, 0.6), (0, 0.6)], 0),
]


def test_the_best_draft_is_the_first_in_order_by_the_last_verdict_of_each(subtests: pytest.Subtests) -> None:
    for evaluated, best in EVALUATIONS:
        with subtests.test(evaluated=evaluated):
            record = Record("id", "graph", None, Task.model_validate({"prompt": "Shine."}))
            for index in (0, 1):
                record.add(DraftFinished(Draft(index=index, text=f"draft {index}")))
            for index, value in evaluated:
                record.add(Evaluated(index, Verdict(scores=(Score(value, evaluator="scripted"),))))
            assert record.outcome(Stopped(check="rounds", detail="done"), seconds=0).best == best
