"""`compression`: how long a summary is beside its source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft, Task
from redraft.errors import DefinitionError
from redraft.testing import EvaluatorTests
from redraft_summary.compression import compression


def scored(text, source, **params):
    task = Task(prompt="Summarise.", inputs={"source": source})
    return compression(Draft(text=text), task, compression.validate_params(params))


class TestConformance(EvaluatorTests):
    evaluator = compression
    task = Task(prompt="Summarise.", inputs={"source": "The old dog chased a red ball across the yard. " * 4})
    good = "A dog chased a ball."
    bad = "The old dog chased a red ball across the yard, and then it did so again and again."


SCORES = [
    ("word " * 30, "word " * 100, {}, 1.0, ()),
    ("word " * 31, "word " * 100, {}, 30 / 31, ("1 word too many: 31 of at most 30, 30% of the source's 100",)),
    ("word " * 60, "word " * 100, {}, 0.5, ("30 words too many: 60 of at most 30, 30% of the source's 100",)),
    ("word", "word " * 100, {"min_ratio": 0.1}, 0.1, ("9 words too few: 1 of at least 10, 10% of the source's 100",)),
    ("", "word " * 100, {}, 0.0, ("1 word too few: 0 of at least 1, 0% of the source's 100",)),
    ("word", "one two", {}, 1.0, ()),
    ("狗追球。", "那只老狗追着一个红球跑过了院子", {}, 1.0, ()),
    (
        "那只老狗追着球",
        "那只老狗追着一个红球跑过了院子",
        {},
        4 / 7,
        ("3 words too many: 7 of at most 4, 30% of the source's 15",),
    ),
    ("abcd", "abcdefgh", {"unit": "characters", "max_ratio": 0.5}, 1.0, ()),
    ("abcde", "abcdefgh", {"unit": "characters", "max_ratio": 0.5}, 0.8, None),
]


def test_the_length_is_a_share_of_the_sources(subtests):
    for text, source, params, value, reasons in SCORES:
        with subtests.test(text=text):
            score = scored(text, source, **params)
            assert score.value == pytest.approx(value)
            assert reasons is None or score.reasons == reasons


def test_several_sources_are_one():
    assert scored("word " * 30, ["word " * 50, "word " * 50]).value == 1


@given(st.integers(0, 120), st.integers(1, 100))
def test_a_longer_summary_never_scores_higher_than_one_that_is_too_long_already(length, whole):
    longer, shorter = (scored("w " * count, "w " * whole).value for count in (length + 1, length))
    assert longer <= shorter or shorter == 0


@pytest.mark.parametrize(
    ("source", "message"), [(5, "must be a text"), ("", "is empty"), ([], "is empty"), ("…", "no words")]
)
def test_a_source_that_is_no_text_is_refused(source, message):
    with pytest.raises(ValueError, match=f"the input 'source' .*{message.removeprefix('the ')}"):
        scored("x", source)


def test_bounds_that_make_no_sense_are_refused(subtests):
    for params in ({"min_ratio": 0.5, "max_ratio": 0.4}, {"max_ratio": 1.5}, {"unit": "lines"}, {"ratio": 0.1}):
        with subtests.test(params=params), pytest.raises(DefinitionError):
            compression.validate_params(params)
