"""`length_ratio`: how long translations are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_translate.length_ratio import LengthRatioParams, length_ratio

ENGLISH = "The quick brown fox jumps over the lazy dog while the old farmer watches from the window of his house."
CHINESE = "敏捷的棕色狐狸跳过那只懒狗，老农夫从他家的窗户里看着。"
GERMAN = "Der schnelle braune Fuchs springt über den faulen Hund, und der alte Bauer schaut aus dem Fenster zu."


def ratio(source, text, **params):
    return length_ratio(Draft(text=text), make_task(source=source), LengthRatioParams(**params))


class TestLengthRatio(EvaluatorTests):
    evaluator = length_ratio
    task = make_task("Translate.", source=ENGLISH, language="zh")
    good = CHINESE
    bad = "狐狸。"
    optional_inputs = ("language", "source_language")


USUAL = [
    (ENGLISH, CHINESE),
    (CHINESE, ENGLISH),
    (ENGLISH, GERMAN),
    (GERMAN, CHINESE),
    ("Yes.", "Aber selbstverständlich."),
]


def test_a_whole_translation_is_long_enough(subtests):
    for source, text in USUAL:
        with subtests.test(source=source, text=text):
            assert ratio(source, text).value == 1.0


UNUSUAL = [
    (ENGLISH, CHINESE[:9]),
    (ENGLISH, CHINESE * 3),
    (CHINESE, ENGLISH[:20]),
    (GERMAN, ENGLISH * 3),
    (ENGLISH, " "),
]


def test_half_a_translation_is_too_short_and_a_double_one_too_long(subtests):
    for source, text in UNUSUAL:
        with subtests.test(source=source, text=text):
            assert ratio(source, text).value < 1


def test_the_reason_has_the_figures():
    assert ratio(ENGLISH, CHINESE[:9]).reasons == (
        "too short, something may be missing: 9 characters for 102 of the source; 21 to 62 are usual",
    )


def test_the_longer_a_text_the_narrower_the_range():
    short, long = ratio(ENGLISH, ENGLISH[:62]), ratio(ENGLISH * 50, ENGLISH[:62] * 50)
    assert (short.value, long.value) == (1.0, pytest.approx(0.85, abs=0.05))


def test_a_few_words_have_no_least_length_but_a_most():
    assert ratio("Cancel", "撤").value == 1.0
    assert ratio("Cancel", CHINESE * 3).value < 0.2


def test_placeholders_and_addresses_are_not_counted():
    link = " https://example.org/" + "x" * 200
    assert ratio(ENGLISH + link, CHINESE + link).value == 1.0


def test_bounds_can_be_set():
    assert ratio("abcd", "abcd", low=2).value == 0.5
    assert ratio("abcd", "abcd", high=0.5).value == 0.5
    with pytest.raises(ValidationError, match="low is above high"):
        LengthRatioParams(low=2, high=1)


@given(st.integers(1, 400), st.integers(1, 400))
@settings(deadline=None)
def test_more_of_what_is_missing_never_lowers_the_value(length, more):
    source = ENGLISH * 4
    values = [ratio(source, "字" * count, language="zh").value for count in sorted({length, min(length + more, 130)})]
    assert values == sorted(values) or length > 130
