"""`gist`: whether a summary is one of those that are right."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft, Task
from redraft.testing import EvaluatorTests
from redraft_summary.gist import gist
from redraft_summary.templates import Templates

RIGHT = {
    "sentences": ["{who} wanted to {what}, {end}."],
    "slots": {
        "who": ["Tom the tailor", "The tailor Tom"],
        "what": ["paint 43 yellow bags"],
        "end": ["but failed{why}", "but could not{why}"],
        "why": ["", " because of the wind"],
    },
}


def scored(text, right=RIGHT):
    return gist(Draft(text=text), Task(prompt="Summarise.", inputs={"gist": right}))


class TestConformance(EvaluatorTests):
    evaluator = gist
    task = Task(prompt="Summarise.", inputs={"gist": RIGHT})
    good = "Tom the tailor wanted to paint 43 yellow bags, but failed because of the wind."
    bad = "Tom the tailor wanted to paint 43 yellow bags, and painted them."


WRONG = [
    ("The tailor Ben wanted to paint 43 yellow bags, but failed.", 'right up to "The tailor", but then "Ben wanted to'),
    ("The tailor Tom wanted to paint 43 red bags, but failed.", 'right up to "wanted to paint 43", but then "red bags'),
    (
        "The tailor Tom wanted to paint 43 yellow bags, but failed",
        'no right summary ends with "yellow bags, but failed"',
    ),
    ("The tailor Tom wanted to paint 43 yellow bags, but failed. He cried.", 'but then "He cried."'),
    ("Ben wanted it.", 'no right summary begins with "Ben wanted it."'),
    ("the tailor Tom wanted to paint 43 yellow bags, but failed.", 'no right summary begins with "the tailor'),
    ("  ", "the summary is empty"),
]


def test_what_is_not_right_is_told_up_to_where_it_was(subtests):
    for text, reason in WRONG:
        with subtests.test(text=text):
            score = scored(text)
            assert score.value == 0
            assert reason in score.reasons[0]


def test_spaces_and_line_ends_count_as_one_space():
    assert scored("Tom the tailor\nwanted to  paint 43 yellow bags, but could not.\n").value == 1


@given(st.data())
def test_what_the_slots_make_is_right_and_nothing_else_is(data):
    phrases = st.lists(st.text("ab ", max_size=3), min_size=1, max_size=3)
    slots = {"one": data.draw(phrases), "two": [f"{{one}}{end}" for end in data.draw(phrases)]}
    made = {f"{one}-{two}{end}" for one, two in product(slots["one"], repeat=2) for end in _ends(slots["two"])}
    templates = Templates(["{one}-{two}"], slots)
    assert all(templates.reach(text) is None for text in made)
    other = data.draw(st.text("ab -", max_size=9))
    assert (templates.reach(other) is None) is (other in made)


def _ends(phrases):
    return [phrase.removeprefix("{one}") for phrase in phrases]


@pytest.mark.parametrize(
    ("right", "told"),
    [
        ("Tom failed.", "no table of `sentences` and `slots`"),
        ({"sentences": []}, "sentences: "),
        ({"sentences": ["x"], "slot": {}}, "slot: "),
        ({"sentences": ["{who} failed."]}, "the slot 'who' .* is not among the slots"),
        ({"sentences": ["{a}"], "slots": {"a": ["{b}"], "b": ["x{a}"]}}, "stands inside itself: a → b → a"),
    ],
)
def test_what_describes_no_summaries_is_refused(right, told):
    with pytest.raises(ValueError, match=told):
        scored("x", right)
