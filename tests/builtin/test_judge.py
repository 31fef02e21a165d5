"""`judge`: how well an agent rates a draft, from the probabilities of its ratings; or what a scorer gives for it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.builtin.judge import JudgeParams, judge
from redraft.errors import DefinitionError
from redraft.evaluation import Use, assess
from redraft.llama.calibration import Calibration
from redraft.task import Draft, Task


@dataclass
class ScriptedJudge:
    chances: tuple[float, ...]
    scale: tuple[str, ...] = ("1", "2", "3", "4", "5")

    async def rate(self, agent, values):
        self.asked = (agent, sorted(values))
        return self.chances

    def choices(self, agent):
        return self.scale

    async def score(self, scorer, query, documents, *, calibration=None):
        self.asked = (scorer, query, documents, calibration)
        return (0.125,)


async def rated(models, **params):
    verdict = await assess(Draft(text="d"), Task(prompt="p"), [Use(judge, params=params)], ctx=models)
    return verdict.scores[0]


async def test_the_value_is_the_expected_rating():
    models = ScriptedJudge((0, 0, 0, 0.6, 0.4))
    score = await rated(models)
    assert score.value == pytest.approx(0.85)
    assert score.reasons == ("4.4 of 5",)
    assert score.kind == "judge"
    assert models.asked == ("judge", ["draft", "task"])


async def test_another_agent_may_judge_on_another_scale():
    models = ScriptedJudge((0.5, 0.5, 0), scale=("10", "0", "5"))
    score = await rated(models, agent="strict")
    assert (score.value, score.reasons) == (0.5, ("5.0 of 10",))
    assert models.asked[0] == "strict"


async def test_a_scale_that_is_none_is_an_error(subtests):
    for scale in [("good", "bad"), ("1",), ()]:
        with subtests.test(scale=scale):
            score = await rated(ScriptedJudge((1,) * len(scale), scale=scale))
            assert "'judge'" in score.error


async def test_without_a_model_there_is_an_error_and_no_score():
    score = await rated(None)
    assert "RuntimeError: no model is at hand" in score.error


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5).filter(sum))
async def test_the_value_is_always_a_score(chances):
    assert 0 <= (await rated(ScriptedJudge(tuple(chances)))).value <= 1


async def test_a_scorer_scores_the_draft_for_the_tasks_prompt():
    models = ScriptedJudge(())
    score = await rated(models, scorer="reranker", midpoint=5, scale=2)
    assert (score.value, score.reasons, score.kind) == (0.125, ("the scorer gives 0.12 of 1",), "judge")
    assert models.asked == ("reranker", "p", ["d"], Calibration(5.0, 2.0))


async def test_labels_are_handed_on():
    models = ScriptedJudge(())
    await rated(models, scorer="reranker", labels={"good": 1, "fair": 0.5})
    assert models.asked[-1] == Calibration(labels={"good": 1.0, "fair": 0.5})


def test_with_a_scorer_no_agent_is_asked():
    assert JudgeParams(scorer="reranker").agent is None
    assert JudgeParams().agent == "judge"


UNFIT = [
    ({"scorer": "r", "agent": "judge"}, "an agent or a scorer, not both"),
    ({"scorer": ""}, "scorer"),
    ({"scorer": "r", "scale": 0}, "scale"),
    ({"scorer": "r", "midpoint": float("nan")}, "midpoint"),
    ({"scorer": "r", "labels": {"good": 2}}, "labels.good"),
    ({"midpoint": 1.0}, "midpoint goes with a scorer"),
    ({"labels": {"good": 1}}, "labels goes with a scorer"),
    ({"agent": None}, "give an agent or a scorer"),
    ({"scorers": "r"}, "Did you mean 'scorer'?"),
]


def test_parameters_that_make_no_sense_are_refused(subtests):
    for params, said in UNFIT:
        with subtests.test(said), pytest.raises(DefinitionError) as caught:
            judge.validate_params(params)
        assert said in str(caught.value)
