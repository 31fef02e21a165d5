"""`forbidden`: words, phrases or patterns that a draft must not have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft, RedraftError, Task
from redraft_text.forbidden import forbidden


def score(text, inputs=(), **params):
    task = Task(prompt="Write.", inputs=dict(inputs))
    return forbidden(Draft(text=text), task, forbidden.validate_params(params))


FOUND = [
    ("It is VERY good.", {"words": ["very"]}, '"very" must not appear: line 1, "It is VERY good."'),
    ("a\nb c", {"words": ["b c"]}, '"b c" must not appear: line 2, "a b c"'),
    ("It is v\u200bery good.", {"words": ["very"]}, '"very" must not appear: line 1, "It is very good."'),
    ("\uff56\uff45\uff52\uff59", {"words": ["very"]}, '"very" must not appear: line 1, "very"'),
    ("in a nut-\nshell", {"words": ["nut shell"]}, None),
    ("very, very", {"words": ["very"]}, '"very" must not appear: line 1, "very, very", and 1 times more'),
    ("这个产品是最 好的。", {"words": ["最好"]}, '"最好" must not appear: line 1, "这个产品是最 好的。"'),
    (
        "call 555-1234",
        {"patterns": [r"\d{3}-\d{4}"]},
        r'what matches \d{3}-\d{4} must not appear: line 1, "call 555-1234"',
    ),
    ("a\n# b", {"patterns": ["^#"]}, None),
    ("he ran", {"words": ["run"], "inflected": True}, '"run" must not appear: line 1, "he ran"'),
    ("C++ code", {"words": ["C++"]}, None),
]


def test_says_what_was_found_and_where(subtests):
    for text, params, reason in FOUND:
        with subtests.test(text=text):
            found = score(text, **params)
            assert found.value < 1
            assert reason in (None, found.reasons[0])


CLEAN = [
    ("every day", {"words": ["very"]}),
    ("he ran", {"words": ["run"]}),
    ("C sharp", {"words": ["C++"]}),
    ("最 坏", {"words": ["最好"]}),
    ("", {"words": ["very"]}),
    ("line # 1", {"patterns": ["^#"]}),
]


def test_what_is_not_there_is_not_found(subtests):
    for text, params in CLEAN:
        with subtests.test(text=text):
            assert (score(text, **params).value, score(text, **params).reasons) == (1.0, ())


def test_each_occurrence_lowers_the_value():
    values = [score("very " * count, words=["very"]).value for count in range(4)]
    assert values == [1, 1 / 2, 1 / 3, 1 / 4]


def test_the_task_may_say_what_is_forbidden():
    assert score("very good", {"forbidden": "very, quite"}).value == 0.5
    assert score("very good", {"forbidden": ["nice"]}, patterns=["very"]).value == 0.5


REFUSED = [
    ({}, {}, "no input 'forbidden'"),
    ({"forbidden": 3}, {}, "must be a list of texts"),
    ({}, {"patterns": ["("]}, "no regular expression"),
    ({}, {"words": [" "]}, "a forbidden word is empty"),
    ({}, {"pattern": "a"}, "Did you mean 'patterns'"),
]


def test_what_makes_no_sense_is_refused(subtests):
    for inputs, params, message in REFUSED:
        with subtests.test(inputs=inputs, params=params), pytest.raises(RedraftError, match=message):
            score("text", inputs, **params)


def test_a_pattern_that_takes_too_long_is_an_error_not_a_score():
    with pytest.raises(TimeoutError, match=r"took longer than 0\.1 s"):
        score("a" * 40, patterns=["(a|a)*b|(a|a)*c$"], seconds=0.1)


@given(st.text(), st.sampled_from(["very", "最好", "a b"]), st.text())
def test_a_word_between_blanks_is_always_found(before, word, after):
    assert score(f"{before} {word} {after}", words=[word]).value < 1
