"""What is asked for: which facts the user's last turn wants to hear."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.testing import make_task
from redraft_dialogue.asking import asked
from redraft_dialogue.conversation import conversation_of
from redraft_dialogue.facts import facts_of

FACTS = [
    "bakery opens: 8",
    "bakery closes: 5",
    "bakery street: Mill Road",
    "library opens: 10",
    "library owner: Anna",
    "library phone number: 4072",
    "The library is old.",
]
OWN = ["opens: 9", "street: Park Lane", "ticket price: 12 dollars", "老板: 王明"]


def wanted(facts, turns):
    task = make_task(facts=facts, turns=turns)
    return [tuple(fact.text for fact in one.facts) for one in asked(conversation_of(task), facts_of(task))]


ASKED = [
    (FACTS, ["When does the bakery open?"], [("bakery opens: 8",)]),
    (FACTS, ["Is the library open early?"], [("library opens: 10",)]),
    (FACTS, ["Where is the bakery?"], [("bakery street: Mill Road",)]),
    (FACTS, ["Where can I find the bakery?"], [("bakery street: Mill Road",)]),
    (FACTS, ["Where is the library?"], []),
    (FACTS, ["Who owns the library?"], [("library owner: Anna",)]),
    (FACTS, ["Who is the guide of the library?"], []),
    (FACTS, ["When does the bakery open, and where is it?"], [("bakery opens: 8",), ("bakery street: Mill Road",)]),
    (FACTS, ["When does the bakery open, and where is the library?"], [("bakery opens: 8",)]),
    (FACTS, ["When does the bakery open and close?"], [("bakery opens: 8",), ("bakery closes: 5",)]),
    (FACTS, ["When does the bakery open?", "At 8.", "And when does it close?"], [("bakery closes: 5",)]),
    (FACTS, ["When does the bakery open?", "At 8.", "And the library?"], [("library opens: 10",)]),
    (FACTS, ["When does the bakery open?", "At 8.", "Thank you. I go there when it closes."], []),
    (FACTS, ["Does the bakery open at 9?"], [("bakery opens: 8",)]),
    (FACTS, ["Is Tom the owner of the library?"], [("library owner: Anna",)]),
    (FACTS, ["Is the library old?"], []),
    (OWN, ["Where are you, and when do you open?"], [("street: Park Lane",), ("opens: 9",)]),
    (OWN, ["What is the price of a ticket?"], [("ticket price: 12 dollars",)]),
    (OWN, ["老板是谁？"], [("老板: 王明",)]),
    ({"street": "Park Lane", "town": "York"}, ["Where are you?"], [("street: Park Lane", "town: York")]),
]


def test_what_is_asked_for_is_found_by_key_question_word_and_context(subtests):
    for facts, turns, expected in ASKED:
        with subtests.test(turns=turns):
            assert wanted(facts, turns) == expected


@given(st.lists(st.text(max_size=80), min_size=1, max_size=3))
@settings(deadline=None)
def test_any_turns_can_be_read_and_no_fact_is_asked_for_twice(turns):
    found = wanted(FACTS, turns)
    assert len(found) == len(set(found))
