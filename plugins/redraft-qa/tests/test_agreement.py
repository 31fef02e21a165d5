"""`agreement`: whether a model answers the same when it is asked again."""

from __future__ import annotations

import asyncio

from redraft import Draft, Task
from redraft.evaluation import Context
from redraft.testing import EvaluatorTests, ScriptedModels
from redraft_qa.agreement import agreement


class Sampler(ScriptedModels):
    """Models that write a list of answers, one a seed."""

    def __init__(self, *answers):
        super().__init__()
        self.answers, self.asked, self.at_once, self.most = answers, [], 0, 0

    async def generate(self, agent, values, *, seed=0):
        self.asked.append((agent, sorted(values), seed))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return self.answers[seed % len(self.answers)]


async def scored(text, models, **params):
    task = Task(prompt="How much?")
    return await agreement(Draft(text=text), task, agreement.validate_params(params), Context(models))


class TestConformance(EvaluatorTests):
    evaluator = agreement
    task = Task(prompt="How much does she make?")
    good = "9 * 2 = 18. The answer is 18."
    bad = "The answer is 17."
    models = ScriptedModels(text=lambda *_: "Answer: 18")


SCORES = [
    ("18", ["Answer: 18", "so it is 18.0", "#### 18", "十八"], 1.0, ()),
    ("18", ["18", "17", "18", "16"], 0.5, ("2 of 4 further answers agree",)),
    ("17", ["18", "18", "18", "17"], 0.25, ("1 of 4 further answers agree; 3 say 18",)),
    ("17", ["1", "2", "3", "4"], 0.0, ("0 of 4 further answers agree",)),
    (
        "The answer is Paris.",
        ["Paris", "paris!", "The answer is: Paris", "Rome"],
        0.75,
        ("3 of 4 further answers agree",),
    ),
    ("答案是罗马", ["答案是巴黎", "巴黎。", "巴黎", "罗马"], 0.25, ("1 of 4 further answers agree; 3 say 巴黎",)),
    ("", ["18"], 0.0, ("0 of 4 further answers agree; 4 say 18",)),
]


async def test_the_share_that_agrees_is_the_score(subtests):
    for text, answers, value, reasons in SCORES:
        with subtests.test(text=text, answers=answers):
            score = await scored(text, Sampler(*answers))
            assert (score.value, score.reasons) == (value, reasons)


async def test_each_sample_has_a_seed_of_its_own_and_sees_the_task_alone():
    models = Sampler("18")
    await scored("18", models, samples=3, agent="expert")
    assert models.asked == [("expert", ["task"], 0), ("expert", ["task"], 1), ("expert", ["task"], 2)]


async def test_samples_are_drawn_side_by_side():
    models = Sampler("18")
    await scored("18", models, samples=8)
    assert models.most == 8


async def test_the_tolerance_holds_for_numbers():
    assert (await scored("100", Sampler("101"), tolerance=0.01)).value == 1
