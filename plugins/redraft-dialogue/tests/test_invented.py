"""`invented`: numbers and names that nobody gave."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_dialogue.invented import invented

FACTS = ["opens: 9", "street: Mill Road", "owner: Anna Berg"]
TASK = make_task(facts=FACTS, turns=["Do you open at 8, on Sunday?"])


def check(text):
    return invented(Draft(text=text), TASK)


class TestInvented(EvaluatorTests):
    evaluator = invented
    task = TASK
    good = "No, we open at 9."
    bad = "The owner is Tom, and we open at 7."
    optional_inputs = ("turns",)


GIVEN = [
    "No, we open at nine, not at 8.",
    "On Sunday you find Anna in Mill Road.",
    "Tom? I do not know him.",
    "I am the one who knows.",
    "",
]


def test_what_a_fact_or_a_turn_has_is_given(subtests):
    for text in GIVEN:
        with subtests.test(text=text):
            assert (check(text).value, check(text).reasons) == (1.0, ())


def test_each_thing_that_nobody_gave_lowers_the_value():
    score = check("On Monday the owner is Carl, and we open at 7 and at seven.")
    assert score.value == 0.25
    assert score.reasons == tuple(f'"{one}" stands in no fact and no turn' for one in ("7", "Monday", "Carl"))


@given(st.lists(st.sampled_from(["9", "8", "Mill", "Road", "Anna", "Sunday", "we", "open", "."]), max_size=12))
@settings(deadline=None)
def test_given_words_are_never_invented(parts):
    assert check(" ".join(parts)).value == 1.0
