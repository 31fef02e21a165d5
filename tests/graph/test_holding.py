"""Whether a condition holds, and what it says where it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from redraft.convergence import Progress, Revert, Stop
from redraft.graph.condition import Atom, NoProblems, Noted, Scored
from redraft.graph.holding import holding
from redraft.task import Assessed, Critique, Draft, Problem, Score, Verdict

if TYPE_CHECKING:
    import pytest


def scored(**scores: float) -> Assessed:
    return Assessed(
        draft=Draft(text="x"), verdict=Verdict(scores=tuple(Score(v, evaluator=name) for name, v in scores.items()))
    )


def noting(says: str, test: str, value: Any) -> Stop | None:
    leaf = Noted.model_validate({"note": "answer", "test": test, "value": value})
    return holding(leaf, Progress(notes={"answer": says}))  # type: ignore[return-value]


def test_the_score_of_one_evaluator() -> None:
    progress = Progress(current=scored(coverage=0.5, judge=0.9))
    assert holding(Scored(evaluator="judge", least=0.9), progress) == Stop(
        "score", "judge gives 0.90, which reaches 0.90"
    )
    assert holding(Scored(evaluator="redraft-x:judge", least=0.5), progress)
    assert holding(Scored(evaluator="coverage", least=0.6), progress) is None
    assert holding(Scored(evaluator="length", least=0.0), progress) is None


def test_an_evaluator_that_failed_has_reached_nothing() -> None:
    failed = Verdict(scores=(Score(error="crashed", evaluator="judge"),))
    progress = Progress(current=Assessed(draft=Draft(text="x"), verdict=failed))
    assert holding(Scored(evaluator="judge", least=0.0), progress) is None
    assert holding(Scored(evaluator="judge", least=0.0), Progress(current=Assessed(draft=Draft(text="x")))) is None
    assert holding(Scored(evaluator="judge", least=0.0), Progress()) is None


def test_an_empty_critique() -> None:
    faulty = Critique(problems=(Problem(problem="dull"),))
    assert holding(NoProblems(), Progress(critique=Critique())) == Stop("critique", "the critique names no problem")
    assert holding(NoProblems(), Progress(critique=faulty)) is None
    assert holding(NoProblems(), Progress()) is None


NOTES = [
    ("yes", "is", "yes", True),
    (" Yes.\n", "is", "yes", True),
    ("yes, but", "is", "yes", False),
    ("", "is", "", True),
    ("It is FINE now", "contains", "fine", True),
    ("grade: 4", "at_least", 4, True),
    ("grade: 3.9 of 5", "at_least", 4, False),
    ("-2", "at_most", -1, True),
    ("no number", "at_least", -9, False),
    ("no number", "at_most", 9, False),
]


def test_what_a_note_says(subtests: pytest.Subtests) -> None:
    for says, test, value, holds in NOTES:
        with subtests.test(says=says, test=test):
            assert (noting(says, test, value) is not None) is holds
    assert holding(Noted(note="other", test="contains", value="x"), Progress()) is None
    assert noting("x" * 99, "contains", "x") == Stop("note", f"the note 'answer' says '{'x' * 39}…'")


@given(st.text(), st.text(min_size=1))
def test_a_note_contains_what_stands_in_it_and_says_itself(before: str, text: str) -> None:
    assert noting(text, "is", text)
    if text.strip(". \n") == text and before.endswith(" "):
        assert noting(before + text, "contains", text)


def test_a_check_says_what_it_decides() -> None:
    worse, best = scored(judge=0.1), scored(judge=0.9)
    progress = Progress(current=worse, best=best, rounds=3)
    assert holding(Atom(check="rounds", value=3), progress) == Stop("rounds", "3 rounds done")
    assert holding(Atom(check="regression", value=True), progress) == Revert(0)
    assert holding(Atom(check="rounds", value=4), progress) is None
