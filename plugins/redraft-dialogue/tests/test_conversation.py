"""The conversation of a task: its messages, or its input `turns`."""

from __future__ import annotations

import pytest

from redraft import Message, Task
from redraft.testing import make_task
from redraft_dialogue.conversation import conversation_of


def roles(conversation):
    return [(turn.role, turn.content) for turn in conversation.turns]


def test_a_task_of_one_prompt_is_one_turn_of_the_user():
    assert roles(conversation_of(make_task("Hello?"))) == [("user", "Hello?")]


def test_messages_are_the_turns_without_the_system():
    told = [("system", "Be brief."), ("user", "Hi."), ("assistant", "Hello!"), ("user", "Who are you?")]
    conversation = conversation_of(Task(messages=tuple(Message(role=role, content=text) for role, text in told)))
    assert roles(conversation) == told[1:]
    assert conversation.last_user == "Who are you?"
    assert conversation.before == ("Hi.", "Hello!")
    assert conversation.said_by("assistant") == ("Hello!",)


TURNS = [
    (["Hi."], [("user", "Hi.")]),
    (["Hi.", "Hello!", "Who?"], [("user", "Hi."), ("assistant", "Hello!"), ("user", "Who?")]),
    (["Hello!", "Who?"], [("assistant", "Hello!"), ("user", "Who?")]),
    (
        [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "A"}],
        [("user", "Hi."), ("assistant", "A")],
    ),
    ([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi."}], [("user", "Hi.")]),
]


def test_the_input_turns_comes_before_the_prompt(subtests):
    for given, turns in TURNS:
        with subtests.test(given=given):
            assert roles(conversation_of(make_task("Write the next turn.", turns=given))) == turns


BAD = [
    ("Hi.", TypeError),
    ([5], TypeError),
    ([{"role": "user"}], TypeError),
    ([{"role": "bot", "content": "Hi."}], TypeError),
    ([{"role": "user", "content": 5}], TypeError),
    ([], ValueError),
    ([{"role": "assistant", "content": "Hi."}], ValueError),
]


def test_bad_turns_are_named(subtests):
    for given, error in BAD:
        with subtests.test(given=given), pytest.raises(error, match="the input 'turns' must be a list of turns"):
            conversation_of(make_task(turns=given))
