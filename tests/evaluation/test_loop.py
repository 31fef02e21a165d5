"""Async evaluators of plugins: cancelled when they are late, and left behind when they block their loop."""

from __future__ import annotations

import asyncio
import threading

from redraft.evaluation import Use, assess, evaluator
from redraft.origin import Origin
from redraft.task import Draft, Score, Task
from redraft.testing.scripted_models import ScriptedModels

DRAFT, TASK = Draft(text="d"), Task(prompt="p", inputs={"words": ["a"]})


def brought(function, **declared):
    it = evaluator("it", **declared)(function)
    it.origin = Origin("dist", "plugin", "module")
    return Use(it)


async def scored(function, *, models=None, **declared):
    return (await assess(DRAFT, TASK, [brought(function, **declared)], ctx=models)).scores[0]


async def test_it_runs_beside_the_loop_of_the_run_and_asks_the_models_there():
    home = threading.get_ident()

    async def function(ctx):
        assert threading.get_ident() != home
        assert ctx.choices("judge") == ("1", "2", "3", "4", "5")
        rated = await ctx.rate("judge", {})
        text = await ctx.generate("writer", {"draft": DRAFT}, seed=1)
        (vector,) = await ctx.embed(["a"])
        (value,) = await ctx.score("ranker", "q", ["d"])
        return Score(value, [text, str(rated[-1]), str(len(vector))])

    score = await scored(function, models=ScriptedModels())
    assert (score.error, score.reasons) == (None, ("d", "1.0", "64"))


async def test_one_that_vouches_for_itself_runs_in_the_loop_of_the_run():
    async def function():
        return float(asyncio.get_running_loop() is home)

    home = asyncio.get_running_loop()
    assert (await scored(function, in_process=True)).value == 1.0
    assert (await scored(function)).value == 0.0


async def test_one_that_is_late_is_cancelled():
    ended = threading.Event()

    async def function():
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    assert (await scored(function, timeout=0.05)).error == "dist: no result within 0.05 s"
    assert ended.wait(10)


async def test_one_that_blocks_its_loop_is_left_behind_and_holds_up_nobody():
    release = threading.Event()

    async def blocks():
        release.wait()

    async def good():
        return 1.0

    assert (await scored(blocks, timeout=0.05)).error == "dist: no result within 0.05 s"
    assert (await scored(good, timeout=5)).value == 1.0
    release.set()


async def test_one_that_refuses_to_be_cancelled_holds_up_nobody():
    release = threading.Event()

    async def stubborn():
        while not release.is_set():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                continue

    async def good():
        return 1.0

    assert (await scored(stubborn, timeout=0.05)).error == "dist: no result within 0.05 s"
    assert (await scored(good, timeout=5)).value == 1.0
    release.set()


async def test_what_it_raises_or_changes_is_an_error(subtests):
    async def quits():
        raise SystemExit("bye")

    async def cancels():
        raise asyncio.CancelledError

    async def mutates(task):
        task.inputs["words"].clear()
        return 1.0

    async def ends_its_loop():
        asyncio.get_running_loop().stop()
        await asyncio.sleep(60)

    for function, error in [
        (quits, "dist: SystemExit: bye"),
        (cancels, "dist: CancelledError"),
        (mutates, "dist: changed the task's inputs; copy them before changing them"),
        (ends_its_loop, "dist: no result within 0.3 s"),
    ]:
        with subtests.test(function.__name__):
            assert (await scored(function, timeout=0.3)).error == error
    assert TASK.inputs == {"words": ["a"]}
