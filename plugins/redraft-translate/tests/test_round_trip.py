"""`round_trip`: a translation translated back."""

from __future__ import annotations

import asyncio

import pytest

from redraft import Draft
from redraft.evaluation import Context
from redraft.testing import EvaluatorTests, ScriptedModels, make_task
from redraft_translate.round_trip import RoundTripParams, round_trip

SOURCE = "The cat sits on the mat."


def back(agent, values):
    """Translate as a dictionary of two sentences would."""
    known = {"猫坐在垫子上。": SOURCE, "狗坐在垫子上。": "The dog sits on the mat."}
    return known.get(values["draft"].text, "Something else.")


class TestRoundTrip(EvaluatorTests):
    evaluator = round_trip
    task = make_task("Translate.", source=SOURCE, language="zh")
    good, bad = "猫坐在垫子上。", "今天下雨。"
    models = ScriptedModels(text=back)
    optional_inputs = ("source_language",)


def trip(text, text_of=back, source=SOURCE, **params):
    ctx = Context(ScriptedModels(text=text_of))
    return asyncio.run(round_trip(Draft(text=text), make_task(source=source), RoundTripParams(**params), ctx))


def test_a_translation_that_comes_back_has_a_full_score():
    score = trip("猫坐在垫子上。")
    assert (score.value, score.reasons) == (1.0, ())


def test_a_wrong_word_costs_and_is_named():
    score = trip("狗坐在垫子上。")
    assert 0.5 < score.value < 1
    assert score.reasons == ('translated back, the draft says: "The dog sits on the mat."',)
    assert trip("天气很好。").reasons[1] == 'words of the source that do not come back: "sits"'


def test_a_draft_that_repeats_its_source_proves_nothing():
    assert trip(SOURCE).reasons == ("the draft repeats the source instead of translating it",)


def test_the_agent_is_told_the_source_language_and_never_the_source(subtests):
    asked = []

    def listen(agent, values):
        asked.append((agent, values["task"].inputs, "cat" in str(values)))
        return "x"

    for source, name in [("The cat sits here.", "English"), ("猫坐在这里。", "Chinese"), ("...", "English")]:
        with subtests.test(source=source):
            trip("Katze", listen, source=source, agent="mine")
            assert asked.pop() == ("mine", {"source_language": name}, False)


def test_a_model_that_fails_is_not_a_score():
    def fail(agent, values):
        raise RuntimeError("no model is at hand")

    with pytest.raises(RuntimeError, match="no model"):
        trip("猫", fail)
