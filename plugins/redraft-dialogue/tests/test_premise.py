"""`premise`: yes to what the facts bear out, no to what they do not."""

from __future__ import annotations

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_dialogue.premise import premise

FACTS = ["bakery opens: 8", "bakery owner: Anna", "bakery sells: bread", "dogs allowed: no", "老板: 王明"]
NOT_SO = '"bakery opens: 8" is not what the user supposes, and the reply does not say no'
SO = '"bakery opens: 8" is what the user supposes, and the reply does not say yes'


def check(turn, text):
    return premise(Draft(text=text), make_task(facts=FACTS, turns=[turn]))


class TestPremise(EvaluatorTests):
    evaluator = premise
    task = make_task(facts=FACTS, turns=["Does the bakery open at 9?"])
    good = "No, it opens at 8."
    bad = "Yes, it opens at 9."
    optional_inputs = ("turns",)


FINE = [
    ("Does the bakery open at 9?", "No, it opens at 8."),
    ("Does the bakery open at 8?", "Yes, it does."),
    ("Is Tom the owner of the bakery?", "No, it is Anna."),
    ("Is Anna the owner of the bakery?", "Indeed she is."),
    ("Are dogs allowed?", "No, they are not."),
    ("When does the bakery open?", "Yes."),
    ("Doesn't the bakery open at 9?", "Yes, at 8."),
    ("Does the bakery sell cake?", "Yes."),
    ("Does the zoo open at 9?", "Yes."),
    ("老板是王明吗？", "是的。"),
]


def test_what_agrees_or_is_not_on_a_fact_is_not_faulted(subtests):
    for turn, text in FINE:
        with subtests.test(turn=turn):
            assert (check(turn, text).value, check(turn, text).reasons) == (1.0, ())


WRONG = [
    ("Does the bakery open at 9?", "Yes, it opens at 8.", 0.0, NOT_SO),
    ("Does the bakery open at 9?", "It opens at 8.", 0.5, NOT_SO),
    ("Does the bakery open at 8?", "No, it opens at 8.", 0.0, SO),
    ("Does the bakery open at 8?", "I do not know that.", 0.5, SO),
    (
        "Is Tom the owner of the bakery?",
        "Yes.",
        0.0,
        '"bakery owner: Anna" is not what the user supposes, and the reply does not say no',
    ),
    (
        "Are dogs allowed?",
        "Of course.",
        0.0,
        '"dogs allowed: no" is not what the user supposes, and the reply does not say no',
    ),
]


def test_the_wrong_one_of_yes_and_no_is_told(subtests):
    for turn, text, value, reason in WRONG:
        with subtests.test(turn=turn, text=text):
            assert (check(turn, text).value, check(turn, text).reasons) == (value, (reason,))
