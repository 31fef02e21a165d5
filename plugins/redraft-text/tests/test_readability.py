"""`readability`: whether a draft is as easy or as hard to read as asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft, RedraftError
from redraft_text.characters import only_simplified, only_traditional, uncommon
from redraft_text.readability import grade, readability
from redraft_text.syllables import syllables

EASY = "The cat sat on the mat. It saw a dog. The dog ran to it."
HARD = (
    "Notwithstanding considerable methodological heterogeneity, the systematic investigation demonstrated "
    "statistically significant improvements in institutional accountability."
)
EASY_CHINESE = "我有一只猫。它很小。我们在家里玩。"
HARD_CHINESE = (
    "饕餮纹饰于商周青铜礼器之上屡见不鲜，其狰狞诡谲之貌与氤氲缥缈之意蕴相得益彰，令观者惴惴不安而又流连忘返。"
)


def score(text, **params):
    return readability(Draft(text=text), readability.validate_params(params))


def test_the_grade_is_the_published_formula():
    # 15 words of one syllable in 3 sentences.
    assert grade(EASY) == pytest.approx(0.39 * 15 / 3 + 11.8 * 15 / 15 - 15.59)
    with pytest.raises(ValueError, match="no words"):
        grade("...")


WITHIN = [
    (EASY, {"max_grade": 3}),
    (HARD, {"min_grade": 12}),
    (EASY, {"max_grade": 3, "max_sentence": 6, "min_sentence": 2}),
    (EASY_CHINESE, {"max_sentence": 8, "max_uncommon": 0}),
    ("貓在家裡玩。", {"max_uncommon": 0}),
    ("我用 Python 写代码。", {"max_sentence": 10}),
    ("It says 你好 to the dog.", {"max_grade": 5}),
]


def test_within_its_range_a_text_has_a_full_score(subtests):
    for text, params in WITHIN:
        with subtests.test(text=text, params=params):
            assert (score(text, **params).value, score(text, **params).reasons) == (1.0, ())


BEYOND = [
    (HARD, {"max_grade": 8}, ["reading grade", "at most 8 wanted", 'the hardest sentence is "Notwithstanding']),
    (EASY, {"min_grade": 6}, ["reading grade -1.8, at least 6 wanted"]),
    (EASY, {"max_sentence": 3}, ["5.0 words a sentence, at most 3 wanted; the longest, with 6"]),
    (HARD_CHINESE, {"max_sentence": 20}, ["characters a sentence, at most 20 wanted"]),
    (HARD_CHINESE, {"max_uncommon": 0.05}, ["of the characters are uncommon", "at most 5% wanted", "饕、餮"]),
    (EASY_CHINESE, {"max_grade": 9}, ["the draft is Chinese, and bounds are set for English only"]),
    (EASY, {"max_uncommon": 0.1}, ["the draft is in Latin script, and a bound is set for Chinese only"]),
    ("Собака бежит по парку.", {"max_grade": 9}, ["neither English nor Chinese"]),
    ("公園で犬が走っています。", {"max_sentence": 99}, ["neither English nor Chinese"]),
    (EASY_CHINESE, {"min_sentence": 15}, ["characters a sentence, at least 15 wanted"]),
]


def test_beyond_its_range_the_reason_says_where(subtests):
    for text, params, parts in BEYOND:
        with subtests.test(text=text, params=params):
            found = score(text, **params)
            assert found.value < 1
            assert all(part in found.reasons[0] for part in parts), found.reasons


REFUSED = [
    ({}, EASY, "at least one bound"),
    ({"min_grade": 9, "max_grade": 3}, EASY, "min_grade is above max_grade"),
    ({"max_grad": 9}, EASY, "Did you mean 'max_grade'"),
]


def test_bounds_that_make_no_sense_are_refused(subtests):
    for params, text, message in REFUSED:
        with subtests.test(params=params, text=text), pytest.raises(RedraftError, match=message):
            score(text, **params)


def test_an_empty_draft_scores_nothing():
    assert (score("", max_grade=5).value, score("", max_grade=5).reasons) == (0.0, ("the draft has no words",))


SYLLABLES = [("dog", 1), ("table", 2), ("created", 3), ("idea", 3), ("science", 2), ("walked", 1), ("wanted", 2)]


def test_syllables(subtests):
    for word, count in SYLLABLES:
        with subtests.test(word=word):
            assert syllables(word) == count


def test_characters_in_frequent_use_and_of_one_writing_only():
    assert uncommon("我们用电脑学习饕餮纹。abc") == ["饕", "餮"]
    assert uncommon("我們用電腦學習。") == []
    assert (only_simplified("学"), only_traditional("學"), only_simplified("我"), only_traditional("我")) == (
        True,
        True,
        False,
        False,
    )


@given(st.integers(1, 30), st.floats(0, 12))
def test_a_harder_text_never_scores_more_under_a_highest_grade(count, most):
    easier, harder = ("dog " * n + "." for n in (count, count + 1))
    assert score(easier, max_grade=most).value >= score(harder, max_grade=most).value


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_the_value_is_always_a_score(text):
    assert 0 <= score(text, max_grade=5, min_sentence=3).value <= 1
