"""`f1`: how many words the answer shares with a reference answer."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_qa.f1 import f1


def scored(text, answer):
    return f1(Draft(text=text), Task(prompt="Which tower?", inputs={"answer": answer}))


class TestConformance(EvaluatorTests):
    evaluator = f1
    task = Task(prompt="Which tower?", inputs={"answer": "the Eiffel Tower"})
    good = "Eiffel Tower"
    bad = "Big Ben"


SCORES = [
    ("The Eiffel Tower", "eiffel tower", 1.0),
    ("the tall Eiffel Tower", "Eiffel Tower", 0.8),
    ("tower tower", "tower", 2 / 3),
    ("Big Ben", "Eiffel Tower", 0.0),
    ("Paris, France", ["Rome", "Paris"], 2 / 3),
    ("北京市", "北京", 0.8),
    ("the", "a", 1.0),
    ("the", "Paris", 0.0),
]


def test_shared_words_are_counted(subtests):
    for text, answer, value in SCORES:
        with subtests.test(text=text):
            assert scored(text, answer).value == pytest.approx(value)


def test_what_is_shared_is_said():
    assert scored("the tall Eiffel Tower", "Eiffel Tower").reasons == (
        '"the tall Eiffel Tower" shares 80% of its words with the reference answer "Eiffel Tower"',
    )
    assert scored("Beijing", "北京").reasons == ("the answer is written in Latin, the reference in Han",)


WORDS = st.lists(st.sampled_from(["red", "blue", "green", "dog"]), min_size=1)


@given(WORDS, WORDS)
def test_the_value_is_squads(given_words, reference):
    common = sum((Counter(given_words) & Counter(reference)).values())
    precision, recall = common / len(given_words), common / len(reference)
    expected = 2 * precision * recall / (precision + recall) if common else 0
    assert scored(" ".join(given_words), " ".join(reference)).value == pytest.approx(expected)
