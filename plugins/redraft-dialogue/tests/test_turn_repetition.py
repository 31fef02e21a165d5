"""`turn_repetition`: a reply that the assistant gave before."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_dialogue.turn_repetition import TurnRepetitionParams, turn_repetition

OPEN = "The museum opens at nine in the morning, and tickets cost ten euros."


def reply(earlier, text, **params):
    turns = [turn for said in earlier for turn in ("Hm?", said)]
    return turn_repetition(Draft(text=text), make_task(turns=[*turns, "And?"]), TurnRepetitionParams(**params))


class TestTurnRepetition(EvaluatorTests):
    evaluator = turn_repetition
    task = make_task(turns=["When does it open?", OPEN, "And when does it close?"])
    good = "At six in the evening."
    bad = "As I said, the museum opens at nine in the morning."
    optional_inputs = ("turns",)


NEW = [
    ([], OPEN),
    ([OPEN], "It closes at six."),
    (["Yes."], "Yes."),
    ([OPEN], ""),
    (["博物馆早上九点开门。"], "晚上六点关门，周一休息。"),
]


def test_a_new_reply_has_a_full_score(subtests):
    for earlier, text in NEW:
        with subtests.test(text=text):
            score = reply(earlier, text)
            assert (score.value, score.reasons) == (1.0, ())


SAID_BEFORE = [
    ([OPEN], OPEN, 0.0),
    ([OPEN, "Fine."], OPEN.upper(), 0.0),
    (["I see, go on."], "I see, go on.", 0.0),
    (["No idea, sorry."], "no idea, sorry", 0.0),
    (["博物馆早上九点开门，门票十元。"], "博物馆早上九点开门，门票十元，谢谢。", 0.3),
]


def test_what_was_said_before_is_found(subtests):
    for earlier, text, most in SAID_BEFORE:
        with subtests.test(text=text):
            assert reply(earlier, text).value <= most


def test_the_reason_names_the_turn():
    score = reply(["Hello there.", OPEN], "Well, the museum opens at nine in the morning. It closes at six.")
    assert score.reasons == (
        '62% of the reply was said before; in turn 2 of the assistant: "the museum opens at nine in the morning"',
    )


def test_the_length_of_a_sequence_can_be_set():
    assert reply(["one two"], "one two three", length=2, tolerated=0).value < 1
    assert reply(["one two"], "one two three", length=3, tolerated=0).value == 1


@given(st.lists(st.text(alphabet="ab 字。", max_size=30), max_size=4), st.text(alphabet="ab 字。", max_size=40))
@settings(deadline=None)
def test_the_value_is_always_a_score_and_a_repeated_turn_never_a_full_one(earlier, text):
    assert 0 <= reply(earlier, text).value <= 1
    longer = f"{text} one two three"
    assert reply([*earlier, longer], longer).value == 0
