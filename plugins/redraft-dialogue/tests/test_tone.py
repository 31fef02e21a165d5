"""`tone`: rated by an agent of its own."""

from __future__ import annotations

import asyncio

import pytest

from redraft import Draft
from redraft.evaluation import Context
from redraft.testing import EvaluatorTests, ScriptedModels, make_task
from redraft_dialogue.tone import ToneParams, tone


def friendly(agent, values):
    """Rate as one who likes please."""
    return "5" if "please" in values["draft"].text.casefold() else "2"


class TestTone(EvaluatorTests):
    evaluator = tone
    task = make_task("Ask for tea.")
    params = {"tone": "friendly"}
    good, bad = "Tea, please.", "Tea!"
    models = ScriptedModels(rating=friendly)


def rate(text, models=None, inputs=None, **params):
    ctx = Context(models or ScriptedModels(rating=friendly))
    return asyncio.run(tone(Draft(text=text), make_task(**inputs or {}), ToneParams(**params), ctx))


def test_the_rating_and_the_tone_are_told():
    score = rate("Tea!", tone="friendly")
    assert (score.value, score.reasons) == (0.25, ('the tone is to be "friendly": rated 2.0 of 5',))
    assert rate("Tea, please.", tone="friendly").value == 1.0


def test_the_agent_reads_the_wanted_tone(subtests):
    asked = []

    def listen(agent, values):
        asked.append((agent, values["task"].inputs["tone"]))
        return "3"

    for inputs, params, wanted in [
        ({}, {"tone": "brief"}, "brief"),
        ({"tone": "warm"}, {}, "warm"),
        ({"tone": "warm"}, {"tone": "brief"}, "brief"),
    ]:
        with subtests.test(inputs=inputs, params=params):
            rate("x", ScriptedModels(rating=listen), inputs, agent="mine", **params)
            assert asked.pop() == ("mine", wanted)


def test_an_empty_reply_has_no_tone_and_nobody_is_asked():
    def fail(agent, values):
        raise AssertionError

    assert rate(" ", ScriptedModels(rating=fail), tone="warm").reasons == ("the reply is empty",)


BAD = [
    ({}, ScriptedModels(), ValueError, "nobody says which tone: give the parameter 'tone', or the input"),
    ({"tone": 5}, ScriptedModels(), TypeError, "the input 'tone' must be a text"),
    ({"tone": "a"}, ScriptedModels(choices=["good", "bad"]), ValueError, "the choices of agent 'tone' must be numbers"),
    ({"tone": "a"}, ScriptedModels(choices=["1", "1"]), ValueError, "agent 'tone' needs at least two choices"),
]


def test_what_cannot_be_rated_is_told(subtests):
    for inputs, models, error, message in BAD:
        with subtests.test(message=message), pytest.raises(error) as raised:
            rate("x", models, inputs)
        assert str(raised.value).startswith(message)
