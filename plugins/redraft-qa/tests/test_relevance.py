"""`relevance`: whether what a draft quotes speaks of what the question asks."""

from __future__ import annotations

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_qa.relevance import relevance

PASSAGE = "Tom put the ball in the box. Ann gave the kite to Tom."


def asked(question):
    return Task(prompt=f"{PASSAGE} {question}", inputs={"passage": PASSAGE, "question": question})


class TestConformance(EvaluatorTests):
    evaluator = relevance
    task = asked("Where is the ball now?")
    good = '"Tom put the ball in the box." Answer: the box.'
    bad = '"Ann gave the kite to Tom." Answer: Tom.'


SCORES = [
    ("Where is the ball now?", '"Tom put the ball in the box."', 1.0, ()),
    ("Where is the ball now?", '"Ann gave the kite to Tom."', 0.0, ('no quotation has "ball"',)),
    (
        "Who gave the kite to Tom?",
        '"Tom put the ball in the box."',
        1 / 3,
        ('no quotation has "gave"', 'no quotation has "kite"'),
    ),
    ("Who gave the kite to Tom?", '"gave the kite", "to Tom"', 1.0, ()),
    ("Where is the umbrella?", '"Tom put the ball in the box."', 1.0, ()),
    ("Where is the BALL?", '"Tom put the ball in the box."', 1.0, ()),
    ("Where is the ball now?", "In the box.", 1.0, ()),
]


def test_words_of_the_question_that_no_quotation_has_are_told(subtests):
    for question, text, value, reasons in SCORES:
        with subtests.test(question=question, text=text):
            score = relevance(Draft(text=text), asked(question))
            assert (score.value, score.reasons) == (value, reasons)
