"""`coverage`: the share of required words that a draft uses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.builtin.coverage import CoverageParams, coverage, uses
from redraft.task import Draft, Task

WORDS = ["dog", "throw", "ball", "park"]


def cover(text, words, **params):
    return coverage(Draft(text=text), Task(prompt="p", inputs={"words": words}), CoverageParams(**params))


def test_names_each_missing_word():
    score = cover("The dog waits.", WORDS)
    assert score.value == 0.25
    assert score.reasons == ('"throw" is missing', '"ball" is missing', '"park" is missing')


def test_all_words_used_is_a_full_score_without_reasons():
    score = cover("A child threw the dog's ball across both parks.", WORDS)
    assert (score.value, score.reasons) == (1.0, ())


COUNTED = [
    ("They THREW it.", "throw"),
    ("thrown away", "throw"),
    ("two children", "child"),
    ("many cities", "city"),
    ("he was running", "run"),
    ("the dog’s tail", "dog"),
    ("a car-park", "park"),
    ("a _park_ and **dogs**", "dog"),
    ("we had ice-creams", "ice cream"),
    ("she threw away the key", "throw away"),
    ("the bigger one", "big"),
    ("written in C++11", "C++"),
    ("it costs $5.", "$5"),
    ("le cafe\u0301", "café"),
    ("\uff24\uff2f\uff27", "dog"),
    ("我在公园里跑步。", "公园"),
    ("人工智能很有用", "人工 智能"),
    ("公園で犬が走る", "犬"),
    ("나는 공원에서 놀았다", "공원"),
    ("собака", "Собака"),
]


def test_counts(subtests):
    for text, word in COUNTED:
        with subtests.test(text=text):
            assert cover(text, [word]).value == 1.0


NOT_COUNTED = [
    ("a catalogue of concatenation", "cat"),
    ("the corner of mother's tower", "corn"),
    ("the corner of mother's tower", "moth"),
    ("he was hoping", "hop"),
    ("a singed wing", "sing"),
    ("his toes", "to"),
    ("as is", "a"),
    ("throw it away", "throw away"),
    ("ice. Cream", "ice cream"),
    ("it costs $50", "$5"),
    ("C sharp", "C++"),
    ("公 元", "公园"),
    ("", "dog"),
]


def test_does_not_count(subtests):
    for text, word in NOT_COUNTED:
        with subtests.test(text=text):
            assert cover(text, [word]).value == 0.0


def test_exact_takes_no_other_form():
    assert cover("dogs", ["dog"], exact=True).value == 0.0
    assert cover("Ice cream", ["ice cream"], exact=True).value == 1.0


def test_words_are_counted_once_and_shown_as_given():
    score = cover("nothing", ["  Ice   Cream ", "ice cream", "Dog", "dog"])
    assert score.reasons == ('"Ice Cream" is missing', '"Dog" is missing')


def test_words_may_be_one_text_with_commas():
    assert cover("a dog in a park", "dog, park").value == 1.0


def test_what_is_no_list_of_words_is_refused(subtests):
    for words in [[], [" "], "", 7, [["dog"]], [None], {"dog": 1}]:
        with subtests.test(words=words), pytest.raises(ValueError, match="words"):
            cover("a dog", words)


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.text(), st.sampled_from(WORDS))
def test_more_text_never_covers_less(words, text, more):
    assert cover(f"{text} {more}", words).value >= cover(text, words).value


@given(st.text(max_size=50), st.text(min_size=1, max_size=20))
def test_any_word_and_any_text_have_an_answer(text, word):
    assert uses(text, word) in (True, False)
