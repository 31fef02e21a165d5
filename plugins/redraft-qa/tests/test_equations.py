"""`equations`: whether what a draft calculates is so."""

from __future__ import annotations

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_qa.equations import equations

TASK = Task(prompt="Tom has 12 apples. Ann has thirty-seven apples. How many do they have together?")


def scored(text, **params):
    return equations(Draft(text=text), TASK, equations.validate_params(params))


class TestConformance(EvaluatorTests):
    evaluator = equations
    task = TASK
    good = "12 + 37 = 49. Answer: 49."
    bad = "12 + 37 = 48. Answer: 48."


def test_each_wrong_equation_is_told():
    score = scored("12 + 37 = 48. 48 - 12 = 36. 36 * 2 = 70.")
    assert score.value == 1 / 3
    assert score.reasons == ("12 + 37 is 49, not 48", "36 * 2 is 72, not 70")


def test_a_draft_may_do_without():
    assert scored("Answer: 49.").value == 1


def test_numbers_may_have_to_come_from_the_task_or_from_results():
    assert scored("12 + 38 = 50.").value == 1
    assert scored("12 + 38 = 50.", given=True).reasons == ("38 is not given",)
    assert scored("12 + 37 = 49. 49 - 12 = 37.", given=True).value == 1
    assert scored("49 - 12 = 37. 12 + 37 = 49.", given=True).reasons == ("49 is not given",)


def test_what_a_wrong_equation_says_may_be_used():
    score = scored("12 + 37 = 48. 48 + 12 = 60.", given=True)
    assert (score.value, score.reasons) == (0.5, ("12 + 37 is 49, not 48",))
