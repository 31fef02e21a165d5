"""`exact_match`: whether the answer is one of the reference answers."""

from __future__ import annotations

import pytest

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_qa.exact_match import exact_match


def scored(text, answer):
    return exact_match(Draft(text=text), Task(prompt="Which tower?", inputs={"answer": answer}))


class TestConformance(EvaluatorTests):
    evaluator = exact_match
    task = Task(prompt="Which tower?", inputs={"answer": "the Eiffel Tower"})
    good = "Eiffel Tower"
    bad = "Big Ben"


SCORES = [
    ("The Eiffel Tower!", "eiffel tower", 1, ()),
    ("So the answer is the Eiffel Tower.", "Eiffel Tower", 1, ()),
    ("18", 18, 1, ()),
    ("9 * 2 = 18\n#### 18", "So 9 * 2 = 18.\n#### 18", 1, ()),
    ("1,000", 1000, 1, ()),
    ("-10", 10, 0, ('"-10" is not the reference answer "10"',)),
    ("1.5", 15, 0, ('"1.5" is not the reference answer "15"',)),
    ("Paris", ["London", "Paris"], 1, ()),
    ("答案是北京。", "北京", 1, ()),
    ("Beijing", "北京", 0, ("the answer is written in Latin, the reference in Han",)),
    ("Rome", ["London", "Paris"], 0, ('"Rome" is not the reference answer "London"',)),
    ("", "x", 0, ('"" is not the reference answer "x"',)),
]


def test_an_answer_is_right_to_the_word(subtests):
    for text, answer, value, reasons in SCORES:
        with subtests.test(text=text):
            score = scored(text, answer)
            assert (score.value, score.reasons) == (value, reasons)


@pytest.mark.parametrize("answer", [None, True, {}, [], "", [None]])
def test_a_reference_that_is_none_is_refused(answer):
    with pytest.raises(ValueError, match="the input 'answer'"):
        scored("x", answer)
