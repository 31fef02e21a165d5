"""`length`: whether a draft is as long as asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.builtin.length import length
from redraft.errors import DefinitionError
from redraft.task import Draft


def measure(text, **params):
    return length(Draft(text=text), length.validate_params(params))


BOUNDS = [
    ("word " * 37, {"max_words": 25}, "12 words too many (37 of at most 25)"),
    ("word " * 26, {"max_words": 25}, "1 word too many (26 of at most 25)"),
    ("word", {"min_words": 3}, "2 words too few (1 of at least 3)"),
    ("abcdef", {"max_characters": 4}, "2 characters too many (6 of at most 4)"),
    ("我喜欢狗", {"max_characters": 3}, "1 character too many (4 of at most 3)"),
    ("我喜欢狗", {"max_words": 3}, "1 word too many (4 of at most 3)"),
    ("One. Two.", {"max_sentences": 1}, "2 sentences, at most 1 allowed"),
    ("One.", {"min_sentences": 2}, "1 sentence, at least 2 needed"),
]


def test_says_what_is_too_much_or_too_little(subtests):
    for text, params, reason in BOUNDS:
        with subtests.test(text=text):
            score = measure(text, **params)
            assert score.value < 1
            assert score.reasons == (reason,)


def test_each_broken_bound_is_named_and_lowers_the_value():
    score = measure("One two. Three four.", max_words=2, max_sentences=1)
    assert score.value == 0.25
    assert len(score.reasons) == 2


def test_the_bounds_are_included():
    assert measure("one two three", min_words=3, max_words=3).value == 1.0


SENSELESS = [
    ({}, "at least one bound"),
    ({"min_words": 5, "max_words": 4}, "min_words is above max_words"),
    ({"max_words": 0}, "max_words"),
    ({"max_words": "25"}, "max_words"),
    ({"max_wrods": 25}, "Did you mean 'max_words'"),
]


def test_bounds_that_make_no_sense_are_refused(subtests):
    for params, message in SENSELESS:
        with subtests.test(params=params), pytest.raises(DefinitionError, match=message):
            length.validate_params(params)


@given(st.integers(0, 200), st.integers(1, 50))
def test_the_value_falls_smoothly_with_the_excess(count, most):
    here, further = (measure("w " * n, max_words=most).value for n in (count, count + 1))
    assert here >= further >= here * 0.5


@given(st.text(), st.integers(1, 20))
def test_the_value_is_always_a_score(text, bound):
    assert 0 <= measure(text, min_words=bound, max_characters=bound, max_sentences=bound).value <= 1
