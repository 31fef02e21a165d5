"""`evidence`: whether what an answer quotes stands in the passage."""

from __future__ import annotations

import pytest

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_qa.evidence import evidence

PASSAGE = "The old dog chased a red ball across the yard. Then it slept under the apple tree."


def scored(text, passage=PASSAGE, prompt="What did the dog do?", **params):
    task = Task(prompt=prompt, inputs={"passage": passage})
    return evidence(Draft(text=text), task, evidence.validate_params(params))


class TestConformance(EvaluatorTests):
    evaluator = evidence
    task = Task(prompt="What did the dog chase?", inputs={"passage": PASSAGE})
    good = 'A ball: "the old dog chased a red ball".'
    bad = 'A cat: "the old dog chased a black cat".'


WANTED = "a quotation of the passage is missing: quote at least 3 of its words in a row, in quotation marks"
SCORES = [
    ('It ran: "chased a red ball across the yard".', 1.0, ()),
    ('It ran ("chased a red ball") and "slept under the apple tree".', 1.0, ()),
    ('It ran: "chased a red ball", "chased a cat".', 0.5, ('the passage has no "chased a cat"',)),
    ("It chased a ball.", 0.0, (WANTED,)),
    ('It "the … old … dog".', 0.5, (WANTED,)),
    ('It chased a "ball".', 0.5, (WANTED,)),
    ('It chased a "cat".', 0.0, ('the passage has no "cat"',)),
    ('To "What did the dog do?": it "chased a red ball".', 1.0, ()),
    ("", 0.0, (WANTED,)),
]


def test_a_quotation_that_is_not_there_is_named(subtests):
    for text, value, reasons in SCORES:
        with subtests.test(text=text):
            score = scored(text)
            assert (score.value, score.reasons) == (value, reasons)


def test_chinese_is_quoted_to_the_letter():
    passage = "那只老狗追着一个红球，跑过了院子。"
    assert scored("它在追球：「追着一个红球」。", passage).value == 1
    assert scored("它在追猫：「追着一只黑猫」。", passage).reasons == ('the passage has no "追着一只黑猫"',)


def test_each_of_several_passages_may_be_quoted():
    assert scored('"chased a red ball", "sat on the mat"', [PASSAGE, "The cat sat on the mat."]).value == 1


def test_how_much_is_quoted_can_be_asked_for():
    assert scored("It ran.", quotations=0).value == 1
    assert scored('It "chased a red ball".', quotations=2).value == 0.5
    assert scored('It "slept".', words=1).value == 1


@pytest.mark.parametrize("passage", [5.5, "", [], ["", " "], True, {"text": "x"}, [["x"]]])
def test_a_passage_that_is_no_text_is_refused(passage):
    if passage == 5.5:
        assert scored('"5.5"', passage, words=1).value == 1
    else:
        with pytest.raises(ValueError, match="the input 'passage'"):
            scored("x", passage)
