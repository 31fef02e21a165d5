"""`echo`: a reply that repeats the user's words."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_dialogue.echo import EchoParams, echo
from redraft_dialogue.runs import Run, longest_run

SAD = "I feel so sad because my dog died last week and nobody understands."


def reply(said, text, **params):
    turns = [said] if isinstance(said, str) else said
    return echo(Draft(text=text), make_task(turns=turns), EchoParams(**params))


class TestEcho(EvaluatorTests):
    evaluator = echo
    task = make_task(turns=[SAD])
    good = "I am so sorry. Losing a companion hurts."
    bad = "You feel so sad because my dog died last week."
    optional_inputs = ("turns",)


OWN = [
    ("What is the capital of France?", "The capital of France is Paris."),
    ("Hello", "Hello"),
    ("Thank you", "Thank you"),
    (SAD, "I am so sorry about your dog."),
    ("法国的首都是哪里？", "法国的首都是巴黎。"),
    ("a", ""),
]


def test_words_of_its_own_are_a_full_score(subtests):
    for said, text in OWN:
        with subtests.test(text=text):
            assert (reply(said, text).value, reply(said, text).reasons) == (1.0, ())


COPIED = [
    (SAD, SAD, 0.0),
    ("How are you?", "How are you?", 0.0),
    ("How are you today?", "How ARE you, today?!", 0.0),
    (SAD, "So you feel so sad because my dog died last week.", 0.25),
    ("我最近心情很差，因为我的小狗上个星期死了。", "你最近心情很差，因为我的小狗上个星期死了。", 0.2),
]


def test_a_copy_is_found(subtests):
    for said, text, most in COPIED:
        with subtests.test(text=text):
            assert reply(said, text).value <= most


def test_the_reason_shows_the_copy():
    score = reply(SAD, "So sad because my dog died last week? I am sorry to hear that, truly.")
    assert score.reasons == ('53% of the reply is copied from the user: "so sad because my dog died last week"',)


def test_earlier_turns_count_where_the_graph_says_so():
    turns = [SAD, "I see.", "Thanks."]
    assert reply(turns, SAD).value == 1.0
    assert reply(turns, SAD, turns=2).value == 0.0


def test_what_is_tolerated_can_be_set():
    assert reply("one two three", "one two three four five six", length=3, tolerated=0.5).value == 1.0
    assert reply("one two three", "one two three four five six", length=3, tolerated=0).value == 0.5


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
@settings(deadline=None)
def test_the_longest_run_is_always_what_a_slow_search_finds(text, other):
    runs = [
        Run(start, length)
        for length in range(len(text), 0, -1)
        for start in range(len(text) - length + 1)
        if any(other[at : at + length] == text[start : start + length] for at in range(len(other)))
    ]
    assert longest_run(text, other) == (runs[0] if runs else Run(0, 0))
