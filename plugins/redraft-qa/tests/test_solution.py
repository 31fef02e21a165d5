"""`solution`: whether a draft is a reference solution, to the letter."""

from __future__ import annotations

import pytest

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_qa.solution import solution

SOLUTIONS = ["12 + 37 = 49. Answer: 49.", "37 + 12 = 49. Answer: 49."]


def scored(text, reference):
    return solution(Draft(text=text), Task(prompt="How many?", inputs={"solution": reference}))


class TestConformance(EvaluatorTests):
    evaluator = solution
    task = Task(prompt="How many?", inputs={"solution": SOLUTIONS})
    good = "37 + 12 = 49. Answer: 49."
    bad = "37 + 12 = 49. Answer: 48."


@pytest.mark.parametrize("text", [*SOLUTIONS, " 12 + 37 = 49.\nANSWER: 49.\n"])
def test_case_and_spaces_may_differ(text):
    assert scored(text, SOLUTIONS).value == 1


@pytest.mark.parametrize(
    "text",
    ["Answer: 49.", "12 + 37 = 49. Answer: 49. Or 48.", "12 - 37 = 49. Answer: 49.", "12 + 37 = 49. Answer: 4 9.", ""],
)
def test_all_else_is_wrong(text):
    score = scored(text, SOLUTIONS)
    assert score.value == 0
    assert 'is not the reference solution "12 + 37 = 49. Answer: 49."' in score.reasons[0]


def test_kinds_of_quotation_marks_do_not_count():
    assert scored("“Tom left.” Answer: Tom.", '"Tom left." Answer: Tom.').value == 1
