"""`says`: all that a reply must say, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_dialogue.says import says

MUST = [
    ["the bakery | opens at 8", "it | opens at 8"],
    ["the bakery | closes at 5", "it | closes at 5"],
    ["Anna | bakes"],
]


def check(text, **inputs):
    return says(Draft(text=text), make_task(**{"must": MUST, **inputs}))


class TestSays(EvaluatorTests):
    evaluator = says
    task = make_task(must=MUST)
    good = "The bakery opens at 8 and closes at 5. Anna bakes."
    bad = "The bakery opens at 8."
    optional_inputs = ("opening",)


RIGHT = [
    "The bakery opens at 8. It closes at 5. Anna bakes.",
    "Anna bakes. The bakery opens at 8, and it closes at 5.",
    "It closes at 5 and opens at 8, and Anna bakes.",
    " The bakery opens at 8 and Anna bakes. It closes at 5.\n",
]
WRONG = [
    "The bakery opens at 8 and closes at 5.",
    "The bakery opens at 8 and closes at 5. Anna bakes",
    "the bakery opens at 8 and closes at 5. Anna bakes.",
    "The bakery opens at 8. Closes at 5. Anna bakes.",
    "The bakery opens at 8. It closes at 5. Anna bakes. It is red.",
    "The bakery opens at 8 and opens at 8. It closes at 5. Anna bakes.",
    "The bakery opens at 8, it closes at 5. Anna bakes.",
    "Anna bakes and opens at 8. It closes at 5.",
    "No, the bakery opens at 8 and closes at 5. Anna bakes.",
    "",
]


def test_every_order_is_right_and_nothing_may_be_left_out_or_added(subtests):
    for text in RIGHT:
        with subtests.test(text=text):
            assert (check(text).value, check(text).reasons) == (1.0, ())
    for text in WRONG:
        with subtests.test(text=text):
            assert check(text).value == 0.0


def test_an_opening_stands_before_the_first_statement():
    inputs = {"must": [["it | opens at 8"]], "opening": ["No, "]}
    assert check("No, it opens at 8.", **inputs).value == 1.0
    score = check("It opens at 8.", **inputs)
    assert (score.value, score.reasons[0]) == (0.0, 'the reply does not begin with "No,"')


REASONS = [
    ("The bakery opens at 8.", ('not said: "the bakery closes at 5"', 'not said: "Anna bakes"')),
    (
        "Anna bakes bread. It opens at 8. It closes at 5.",
        ("it is not said in an accepted way, or something else is said beside it",),
    ),
]


def test_what_is_wrong_is_told(subtests):
    for text, reasons in REASONS:
        with subtests.test(text=text):
            assert check(text).reasons == reasons


BAD = [("it opens", TypeError), (["it opens"], TypeError), ([[5]], TypeError), ([], ValueError), ([[]], ValueError)]


@pytest.mark.parametrize(("must", "error"), BAD)
def test_a_truth_that_is_none_is_refused(must, error):
    with pytest.raises(error, match="the input 'must'"):
        check("It opens.", must=must)


@given(st.permutations(MUST), st.lists(st.sampled_from([". ", " and ", ", and "]), min_size=2, max_size=2))
def test_whole_statements_in_any_order_and_joint_are_always_right(must, joints):
    wholes = [ways[0].replace(" |", "") for ways in must]
    text = wholes[0][0].upper() + wholes[0][1:]
    for joint, whole in zip(joints, wholes[1:], strict=True):
        text += joint + (whole[0].upper() + whole[1:] if joint == ". " else whole)
    assert check(f"{text}.").value == 1.0
