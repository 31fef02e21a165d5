"""A crew whose evaluators crash, hang and are cancelled side by side: every score is right, and nothing is left."""

from __future__ import annotations

import asyncio
import contextlib
import random

import psutil
import pytest

from redraft.evaluation import Use, assess
from redraft.evaluation.crew import Crew
from redraft.task import Draft, Task
from tests.evaluation import outside

BAD = {
    outside.segfaults: "SIGSEGV",
    outside.spins: "no result within 0.2 s",
    outside.leaves: "exit code 3",
    outside.garbles: "no answer",
    outside.forges: "no answer",
    outside.kills_itself: "SIGKILL",
    outside.closes: "exit code 69",
    outside.raises: "SystemExit",
}
GOOD = (outside.number, outside.where, outside.words, outside.prints)
DRAFT, TASK = Draft(text="dog"), Task(prompt="p")


async def tried(crew, rng, most):
    async with most:
        chosen = [rng.choice((*BAD, *GOOD * 4)) for _ in range(3)]
        assessment = asyncio.ensure_future(assess(DRAFT, TASK, [Use(each) for each in chosen], crew=crew))
        if rng.random() < 0.1:
            await asyncio.sleep(rng.random() * 0.2)
            assessment.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await assessment
            return
        for evaluator, score in zip(chosen, (await assessment).scores, strict=True):
            assert (score.value is None) == (evaluator in BAD), (evaluator, score.error)
            assert BAD.get(evaluator, "") in (score.error or "")


@pytest.mark.parametrize("drafts", [15, pytest.param(300, marks=pytest.mark.soak)])
async def test_every_score_is_right_whatever_happens_beside_it(drafts):
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    crew, rng, most = Crew(cores=2), random.Random(drafts), asyncio.Semaphore(8)
    try:
        await asyncio.gather(*(tried(crew, rng, most) for _ in range(drafts)))
    finally:
        crew.close()
    assert {process.pid for process in psutil.Process().children(recursive=True)} <= before
