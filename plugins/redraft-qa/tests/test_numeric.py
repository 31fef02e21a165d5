"""`numeric`: whether the answer's number is the reference's."""

from __future__ import annotations

import pytest

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_qa.numeric import numeric


def scored(text, answer, **params):
    return numeric(
        Draft(text=text), Task(prompt="How much?", inputs={"answer": answer}), numeric.validate_params(params)
    )


class TestConformance(EvaluatorTests):
    evaluator = numeric
    task = Task(prompt="How much does she make?", inputs={"answer": 18})
    good = "9 * 2 = 18, so the answer is $18."
    bad = "9 * 2 = 17, so the answer is $17."


RIGHT = [
    ("18", 18), ("18.0", 18), ("$18.00 a day", 18), ("eighteen", 18), ("十八", 18), ("\uff11\uff18", 18),
    ("#### 18", "9*2\n#### 18"),
    ("1,000", "1000"), ("1000", "1,000"), ("一千", 1000), ("0.5", "1/2"), ("1/2", 0.5), ("half", 0.5),
    ("½", "0.5"),
    (r"\boxed{\frac{1}{2}}", 0.5), ("5%", 5), ("5%", 0.05), ("百分之五", "5%"), ("0.33", "1/3"),
    ("33.33%", "1/3"), ("-3", -3),
    ("−3", -3), ("1.2e3", 1200), ("2 million", 2_000_000), ("42", [41, 42]), ("一百二十元", 120),
    ("3 dozen", 36),
]  # fmt: skip
WRONG = [
    ("17", 18, 'the answer is "17", not "18"'),
    ("-18", 18, 'the answer is "-18", not "18"'),
    ("180", 18, 'the answer is "180", not "18"'),
    ("18.5", 18, 'the answer is "18.5", not "18"'),
    ("57501", 57500, 'the answer is "57501", not "57500"'),
    ("0.3", "1/3", 'the answer is "0.3", not "1/3"'),
    ("0.34", "1/3", 'the answer is "0.34", not "1/3"'),
    ("0.05", 5, 'the answer is "0.05", not "5"'),
    ("many", 18, "the answer has no number"),
    ("", 18, "the answer has no number"),
]


def test_every_way_to_write_the_number_is_right(subtests):
    for text, answer in RIGHT:
        with subtests.test(text=text, answer=answer):
            assert scored(text, answer).value == 1


def test_another_number_is_wrong(subtests):
    for text, answer, reason in WRONG:
        with subtests.test(text=text, answer=answer):
            score = scored(text, answer)
            assert (score.value, score.reasons) == (0, (reason,))


def test_the_tolerance_is_relative_to_the_reference():
    assert scored("101", 100, tolerance=0.01).value == 1
    assert scored("102", 100, tolerance=0.01).value == 0


@pytest.mark.parametrize(("answer", "message"), [("none", "no number"), (None, "must be"), ([], "empty")])
def test_a_reference_without_a_number_is_refused(answer, message):
    with pytest.raises(ValueError, match=message):
        scored("18", answer)
