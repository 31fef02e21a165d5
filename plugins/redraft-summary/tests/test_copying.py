"""`copying`: how much of a summary is copied from its source."""

from __future__ import annotations

import pytest

from redraft import Draft, Task
from redraft.errors import DefinitionError
from redraft.testing import EvaluatorTests
from redraft_summary.copying import copying

SOURCE = "The old dog chased a red ball across the wide green yard of the house, and then it slept."


def scored(text, source=SOURCE, **params):
    return copying(
        Draft(text=text), Task(prompt="Summarise.", inputs={"source": source}), copying.validate_params(params)
    )


class TestConformance(EvaluatorTests):
    evaluator = copying
    task = Task(prompt="Summarise.", inputs={"source": SOURCE})
    good = "A dog ran after its ball, and got tired."
    bad = SOURCE


def test_what_is_copied_is_named():
    score = scored("the old dog chased a red ball", max_density=3.5)
    assert score.value == 0.5
    assert score.reasons == (
        "copied words stand in runs of 7.0 on average, at most 3.5 are allowed",
        'the longest copy has 7 words: "the old dog chased a red ball"',
    )


SCORES = [
    (SOURCE, {}, 8 / 19, 2),
    ("A dog ran after its ball.", {}, 1.0, 0),
    ("Chased across, a red old dog", {}, 1.0, 0),
    ("chased a red ball", {"max_density": None, "max_run": 2}, 0.5, 2),
    ("the old cat", {"max_density": None, "max_coverage": 0.5}, 0.75, 2),
    ("the old dog chased", {"max_density": 2, "max_run": 2, "max_coverage": 0.5}, 0.125, 4),
    ("", {}, 1.0, 0),
]


def test_the_value_falls_with_what_is_too_much(subtests):
    for text, params, value, reasons in SCORES:
        with subtests.test(text=text):
            score = scored(text, **params)
            assert (score.value, len(score.reasons)) == (pytest.approx(value), reasons)


def test_chinese_is_copied_by_characters():
    score = scored("老狗追着红球跑", "那只老狗追着红球跑过了院子", max_density=3.5)
    assert score.value == 0.5
    assert score.reasons[1] == 'the longest copy has 7 words: "老狗追着红球跑"'


def test_bounds_that_make_no_sense_are_refused(subtests):
    for params in ({"max_density": None}, {"max_run": 0}, {"max_coverage": 2}, {"density": 1}):
        with subtests.test(params=params), pytest.raises(DefinitionError):
            copying.validate_params(params)
