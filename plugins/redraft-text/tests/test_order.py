"""`order`: whether words or points appear in the order in which they are given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft, RedraftError, Task
from redraft_text.order import OrderParams, order


def score(text, words, **params):
    return order(Draft(text=text), Task(prompt="Write.", inputs={"words": words}), OrderParams(**params))


CASES = [
    ("wake, wash, eat", ["wake", "wash", "eat"], 1.0, ()),
    ("He woke, ate, then washed.", ["wake", "wash", "eat"], 2 / 3, ('"wash" does not come before "eat"',)),
    ("He ate, woke and washed.", ["wake", "wash", "eat"], 2 / 3, ('"eat" does not come after "wash"',)),
    ("He woke and ate.", ["wake", "wash", "eat"], 2 / 3, ('"wash" is missing',)),
    ("eat, wake, wash, eat", ["wake", "wash", "eat"], 1.0, ()),
    ("起床、洗脸、吃饭", ["起床", "洗脸", "吃饭"], 1.0, ()),
    ("先吃了饭，再洗了脸", ["洗脸", "吃饭"], 0.5, None),
    ("nothing", ["wake", "eat"], 0.0, ('"wake" is missing', '"eat" is missing')),
    ("first of all, it is cheap. Then it is fast.", ["it is cheap", "it was fast"], 1.0, ()),
]


def test_order(subtests):
    for text, words, value, reasons in CASES:
        with subtests.test(text=text):
            found = score(text, words)
            assert found.value == pytest.approx(value)
            assert reasons in (None, found.reasons)


def test_what_is_missing_can_be_left_to_another_evaluator():
    assert score("He woke and ate.", ["wake", "wash", "eat"], missing=False).value == 1.0
    none = score("nothing", ["wake"], missing=False)
    assert (none.value, none.reasons) == (0.0, ("none of the words appears",))


def test_an_input_that_is_no_list_is_refused():
    with pytest.raises(RedraftError, match="must be a list of texts"):
        score("a", {"a": 1})


LETTERS = st.permutations(["ant", "bee", "cow", "dog", "elk"])


@given(LETTERS)
def test_the_value_is_the_longest_chain_in_order(words):
    names = sorted(words)
    ranks = [names.index(word) for word in words]
    longest = [0] * len(ranks)
    for here in range(len(ranks)):
        longest[here] = 1 + max((longest[there] for there in range(here) if ranks[there] < ranks[here]), default=0)
    assert score(" ".join(words), names).value == max(longest) / len(names)


@given(LETTERS, st.text())
def test_what_is_in_order_always_scores_in_full(words, between):
    assert score(f" {between} ".join(words), list(words)).value == 1.0
