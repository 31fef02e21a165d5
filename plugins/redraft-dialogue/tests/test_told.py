"""`told`: a reply that has what the last turn asks for."""

from __future__ import annotations

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_dialogue.told import told

FACTS = ["bakery opens: 8", "bakery street: Mill Road", "library opens: 10", "dogs allowed: no"]
BOTH = "When does the bakery open, and where is it?"


def check(turns, text, facts=FACTS):
    return told(Draft(text=text), make_task(facts=facts, turns=turns if isinstance(turns, list) else [turns]))


class TestTold(EvaluatorTests):
    evaluator = told
    task = make_task(facts=FACTS, turns=[BOTH])
    good = "The bakery opens at 8, and it is in Mill Road."
    bad = "The bakery opens at 10."
    optional_inputs = ("turns",)


TOLD = [
    (BOTH, "At eight, in Mill Road."),
    ("When does the library open?", "It opens at ten."),
    ("Does the bakery open at 8?", "Yes."),
    ("Are dogs allowed?", "Sorry, they must wait outside."),
    ("Who bakes?", "I do not know that."),
    (["When does the bakery open?", "At 8.", "And the library?"], "At 10."),
]


def test_a_value_may_be_told_in_any_words(subtests):
    for turns, text in TOLD:
        with subtests.test(text=text):
            assert (check(turns, text).value, check(turns, text).reasons) == (1.0, ())


MISSED = [
    (BOTH, "The bakery opens at 8.", 0.5, ('"bakery street: Mill Road" is asked for and not told',)),
    (BOTH, "The bakery opens at 8 in Mill Lane.", 0.5, ('"bakery street: Mill Road" is asked for and not told',)),
    ("When does the bakery open?", "I do not know that.", 0.0, ('"bakery opens: 8" is asked for and not told',)),
    ("Does the bakery open at 9?", "No.", 0.0, ('"bakery opens: 8" is asked for and not told',)),
    (
        ["When does the bakery open?", "At 8.", "And the library?"],
        "The bakery opens at 8.",
        0.0,
        ('"library opens: 10" is asked for and not told',),
    ),
]


def test_what_is_missing_is_named(subtests):
    for turns, text, value, reasons in MISSED:
        with subtests.test(text=text):
            assert (check(turns, text).value, check(turns, text).reasons) == (value, reasons)


def test_one_of_several_answers_is_enough(subtests):
    facts = {"street": "Park Lane", "town": "York"}
    with subtests.test("told"):
        assert check("Where are you?", "In York.", facts).value == 1.0
    with subtests.test("not told"):
        reasons = check("Where are you?", "Here.", facts).reasons
        assert reasons == ('"street: Park Lane" or "town: York" is asked for and not told',)
