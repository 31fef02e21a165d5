"""`grounding`: whether the answer follows from what the draft quotes or calculates."""

from __future__ import annotations

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_qa.grounding import grounding

TASK = Task(prompt="Where is the ball?")


class TestConformance(EvaluatorTests):
    evaluator = grounding
    task = TASK
    good = '"Tom put the ball in the box." Answer: the box.'
    bad = '"Tom put the ball in the box." Answer: the garden.'


UNMARKED = "no answer is marked: end with Answer: and the answer"
UNPROVED = "neither a quotation nor a calculation leads to the answer"
SCORES = [
    ('"Tom put the ball in the box." Answer: the box.', ()),
    ('"Tom put the ball in the box." Answer: a box.', ()),
    ('"Tom put the ball in the box." Answer: Tom', ()),
    ('"Tom put the ball in the box." Answer: the garden.', ('"the garden" stands in no quotation',)),
    ('"Tom put the ball in the boxes." Answer: the box.', ('"the box" stands in no quotation',)),
    ("12 + 37 = 49. Answer: 49.", ()),
    ("12 + 37 = 49. Answer: 49 apples.", ()),
    ("12 + 37 = 48. Answer: 48.", ()),
    ("12 + 37 = 49. Answer: 48.", ('the calculation gives 49, not "48"',)),
    ("20 + 15 = 35. 35 - 8 = 27. Answer: 35.", ('the calculation gives 27, not "35"',)),
    ("20 / 0 = 3. Answer: 4.", ('the calculation gives 3, not "4"',)),
    ("3 = 20 / 0. Answer: 4.", ('the calculation gives 20 / 0, not "4"',)),
    ('"Tom has 12 apples." Answer: 12.', ()),
    ("Answer: 49.", (UNPROVED,)),
    ("12 + = 49. Answer: 49.", (UNPROVED,)),
    ('"Tom put the ball in the box."', (UNMARKED,)),
    ("12 + 37 = 49.", (UNMARKED,)),
    ("", (UNMARKED,)),
]


def test_an_answer_without_ground_is_told(subtests):
    for text, reasons in SCORES:
        with subtests.test(text=text):
            score = grounding(Draft(text=text), TASK)
            assert (score.value, score.reasons) == (float(not reasons), reasons)
