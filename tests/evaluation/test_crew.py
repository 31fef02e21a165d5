"""The crew: who gets a process, and what becomes of processes."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from redraft.evaluation import Use, assess, warm
from redraft.evaluation.crew import Crew
from redraft.evaluation.target import target_of
from redraft.task import Draft, Task
from tests.evaluation import outside

DRAFT, TASK = Draft(text="d"), Task(prompt="p")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def crew():
    crew = Crew(cores=2)
    yield crew
    crew.close()


async def said(crew, *evaluators):
    verdict = await assess(DRAFT, TASK, [Use(one) for one in evaluators], crew=crew)
    return [score.reasons[0] if score.reasons else score.error for score in verdict.scores]


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def below():
    return psutil.Process().children(recursive=True)


async def test_drafts_and_evaluators_share_the_processes_of_their_distribution(crew):
    verdicts = await asyncio.gather(*(assess(DRAFT, TASK, [Use(outside.where)] * 6, crew=crew) for _ in range(20)))
    processes = {score.reasons[0] for verdict in verdicts for score in verdict.scores}
    assert 1 <= len(processes) <= 2


async def test_distributions_never_share_a_process(crew, monkeypatch):
    here = await said(crew, outside.where)
    target = target_of(outside.where)
    monkeypatch.setattr(
        "redraft.evaluation.calling.target_of", lambda _: target.model_copy(update={"distribution": "another"})
    )
    assert await said(crew, outside.where) != here


async def test_calls_that_take_long_do_not_keep_others_waiting(crew):
    began = time.monotonic()
    hanging = asyncio.create_task(said(crew, *[outside.sleeps] * 3))
    await asyncio.sleep(0)
    assert await said(crew, outside.where) != ["still waiting"]
    assert time.monotonic() - began < 5
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging


async def test_an_idle_process_makes_room_for_another_distribution(monkeypatch):
    crew = Crew(cores=1)
    crew._most = 1
    target = target_of(outside.where)
    try:
        for name in ("one", "two", "one"):
            other = target.model_copy(update={"distribution": name})
            monkeypatch.setattr("redraft.evaluation.calling.target_of", lambda _, other=other: other)
            assert (await said(crew, outside.where))[0].isdigit()
        assert len(crew._idle) == 1
    finally:
        crew.close()


async def test_a_process_without_work_ends():
    crew = Crew(cores=1, idle=0.05)
    (pid,) = await said(crew, outside.where)
    psutil.Process(int(pid)).wait(timeout=10) if psutil.pid_exists(int(pid)) else None
    assert (await said(crew, outside.where)) != [pid]
    crew.close()


async def test_warm_processes_have_the_plugin_imported_before_anybody_calls(crew):
    warm([Use(outside.where), Use(outside.words), Use(outside.vouches)], crew=crew)
    while len(crew._idle) < 2:  # noqa: ASYNC110 - threads do it
        await asyncio.sleep(0.01)
    assert all(worker._loaded for worker in crew._idle)
    began = time.monotonic()
    await said(crew, outside.number)
    assert time.monotonic() - began < 1


async def test_nothing_is_left_behind(crew):
    before, held = {process.pid for process in below()}, descriptors()
    await said(crew, outside.where, outside.segfaults, outside.spins, outside.leaves_a_daemon, outside.leaves_a_thread)
    crew.close()
    gc.collect()
    left = [process for process in below() if process.pid not in before]
    assert left == []
    assert descriptors() <= held


async def test_a_daemon_ends_with_the_process_that_left_it(crew):
    (pid,) = await said(crew, outside.leaves_a_daemon)
    assert psutil.pid_exists(int(pid))
    crew.close()
    assert not psutil.pid_exists(int(pid))


LIVES_ON = """
import asyncio, os, sys
from redraft.evaluation import Use, assess
from redraft.task import Draft, Task
from tests.evaluation import outside

async def main():
    verdict = await assess(Draft(text="d"), Task(prompt="p"), [Use(outside.where), Use(outside.leaves_a_daemon)])
    print(*(score.reasons[0] for score in verdict.scores), flush=True)
    {end}

asyncio.run(main())
"""


@pytest.mark.parametrize("end", ["pass", "sys.exit(3)", "os._exit(3)", "os.kill(os.getpid(), 9)"])
def test_processes_end_with_their_parent_however_it_ends(end):
    path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    done = subprocess.run(
        [sys.executable, "-c", LIVES_ON.format(end=end)], stdout=subprocess.PIPE, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2
    ends = time.monotonic() + 10
    while any(psutil.pid_exists(pid) for pid in pids) and time.monotonic() < ends:
        pass
    assert not any(psutil.pid_exists(pid) for pid in pids)


async def test_a_process_that_is_killed_while_it_is_idle_is_replaced(crew):
    (pid,) = await said(crew, outside.where)
    os.kill(int(pid), signal.SIGKILL)
    while psutil.pid_exists(int(pid)):
        pass
    (another,) = await said(crew, outside.where)
    assert another.isdigit()
    assert another != pid


async def test_nobody_waits_for_a_crew_that_is_closed(crew):
    crew.close()
    assert await said(crew, outside.where) == ["no process evaluates any more"]
