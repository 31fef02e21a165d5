"""A run's record: what it says is best, whatever happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.graph.events import Chosen, DraftFinished, DraftStarted, Evaluated, TextStreamed
from redraft.runs.record import Record
from redraft.task import Draft, Score, Stopped, Task, Verdict

if TYPE_CHECKING:
    import pytest

EVALUATIONS = [
    ([(0, 0.5), (1, 0.9)], 1),
    ([(0, 0.9), (1, 0.5)], 0),
    ([(0, 0.5), (1, 0.5)], 0),
    ([(1, 0.5), (0, 0.5)], 0),
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


def test_what_was_chosen_is_the_answer_where_nothing_was_evaluated() -> None:
    record = Record("id", "graph", None, Task.model_validate({"prompt": "Shine."}))
    for index in (1, 0, 2):
        record.add(DraftFinished(Draft(index=index, text=f"draft {index}")))
    record.add(Chosen("pick", 1))
    done = Stopped(check="end", detail="done")
    assert record.outcome(done, seconds=0).answer == "draft 1"
    record.add(DraftFinished(Draft(index=3, text="draft 3")))
    assert record.outcome(done, seconds=0).answer == "draft 3"


def test_drafts_that_were_written_side_by_side_are_all_handed_over() -> None:
    record = Record("id", "graph", None, Task.model_validate({"prompt": "Shine."}))
    for index in (0, 1, 2):
        record.add(DraftStarted(index, 0, "generator"))
    for index, text in ((0, "a "), (1, "b "), (0, "dog"), (1, "cat")):
        record.add(TextStreamed("generator", text, index))
    outcome = record.outcome(Stopped(check="interrupted", detail="ended"), seconds=0)
    assert [(one.draft.index, one.draft.text, one.draft.cut) for one in outcome.drafts] == [
        (0, "a dog", True),
        (1, "b cat", True),
    ]
