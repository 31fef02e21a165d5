"""Evaluators in processes of their own: whatever they do costs one score."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time

import pytest

from redraft.evaluation import Use, assess
from redraft.evaluation.crew import Crew
from redraft.task import Assessed, Draft, Task
from tests.evaluation import outside

DRAFT = Draft(text="a dog and a dog")
TASK = Task(prompt="p", inputs={"words": ["dog"], "odd": float("nan")})


@pytest.fixture(scope="module")
def crew():
    crew = Crew(cores=2)
    yield crew
    crew.close()


async def scored(crew, evaluator, **how):
    params = how.pop("params", {})
    verdict = await assess(DRAFT, TASK, [Use(evaluator, params=params)], crew=crew, **how)
    return verdict.scores[0]


async def test_an_evaluator_gets_what_it_asks_for(crew):
    history = [Assessed(draft=Draft(text="before"))]
    score = await scored(crew, outside.words, params={"least": 2}, history=history)
    assert (score.value, score.reasons) == (1.0, ("p", "{'words': ['dog'], 'odd': nan}", "before"))
    assert (await scored(crew, outside.words, params={"least": 3})).value == 0.0


async def test_it_runs_in_another_process_that_is_used_again(crew):
    first, second = [(await scored(crew, outside.where)).reasons for _ in range(2)]
    assert first == second != (str(os.getpid()),)
    before = (await scored(crew, outside.remembers)).reasons
    assert int((await scored(crew, outside.remembers)).reasons[0]) == int(before[0]) + 1


async def test_who_vouches_runs_in_this_process(crew):
    assert (await scored(crew, outside.vouches)).reasons == (str(os.getpid()),)


DEATHS = [
    (outside.segfaults, "its process was ended by SIGSEGV"),
    (outside.aborts, "its process was ended by SIGABRT"),
    (outside.leaves, "its process ended by itself with exit code 3"),
    (outside.kills_itself, "its process was ended by SIGKILL"),
    (outside.spins, "no result within 0.2 s"),
    (outside.never_stops_printing, "no result within 0.3 s"),
    (outside.holds_the_lock, "no result within 0.2 s"),
    (outside.garbles, "its process answered what is no answer"),
    (outside.forges, "its process answered what is no answer"),
    (outside.closes, "its process ended by itself with exit code 69"),
]


@pytest.mark.parametrize(("bad", "sentence"), DEATHS, ids=lambda each: getattr(each, "name", ""))
async def test_one_that_dies_or_hangs_dies_alone_and_the_next_one_scores_at_once(crew, bad, sentence):
    uses = [Use(bad), Use(outside.number)]
    both = (await assess(DRAFT, TASK, uses, crew=crew)).scores
    assert [score.error for score in both] == [sentence, None]
    began = time.monotonic()
    assert (await scored(crew, outside.number)).value == 0.5
    assert time.monotonic() - began < outside.number.timeout + 1


async def test_one_that_takes_too_much_memory_is_ended():
    crew = Crew(cores=1, memory=256 << 20)
    try:
        score = await scored(crew, outside.grows)
        assert score.error == "its process used more than the 256 MiB of memory that it may"
        assert (await scored(crew, outside.number)).value == 0.5
    finally:
        crew.close()


async def test_what_is_raised_or_returned_is_told_as_of_any_evaluator(crew):
    assert (await scored(crew, outside.raises)).error == "SystemExit: bye"
    much = await scored(crew, outside.says_much)
    assert (much.value, len(much.reasons), len(much.reasons[0]), much.reasons[-1]) == (0.5, 7, 300, "and 94 more")
    assert (await scored(crew, outside.forks)).value == 0.5
    assert (await scored(crew, outside.leaves_a_thread)).value == 1.0


async def test_changing_the_inputs_is_an_error_and_changes_nothing(crew):
    assert (await scored(crew, outside.mutates)).error == "changed the task's inputs; copy them before changing them"
    assert TASK.inputs["words"] == ["dog"]


async def test_a_changed_working_folder_is_told_and_changed_back(crew, caplog):
    with caplog.at_level(logging.INFO, "redraft.plugins"):
        first, second = [(await scored(crew, outside.moves)).reasons for _ in range(2)]
    assert first == second == (os.getcwd(),)  # noqa: PTH109
    assert caplog.messages == ["evaluator 'moves' changed the working folder"] * 2


async def test_what_is_printed_goes_to_the_log_however_it_is_printed(crew, caplog, capfd):
    with caplog.at_level(logging.INFO, "redraft.printing"):
        await scored(crew, outside.prints)
    told = "\n".join(caplog.messages)
    assert all(
        text in told for text in ("evaluator 'prints' printed: ", "from Python", "from below", "from C", "on stderr")
    )
    assert capfd.readouterr() == ("", "")


async def test_what_is_logged_arrives_under_the_plugins_name(crew, caplog):
    with caplog.at_level(logging.INFO, "redraft.plugins"):
        await scored(crew, outside.logs)
    told = [(record.name, record.levelname, record.message) for record in caplog.records]
    name = "redraft.plugins.tests"
    assert told == [(name, "WARNING", "a warning"), (name, "ERROR", "an error")]


async def test_the_network_is_for_those_who_declare_it_where_the_user_allows_it(crew, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("REDRAFT_TEST_PORT", str(server.getsockname()[1]))
        own = Crew(cores=1)
        try:
            refused = await scored(own, outside.calls_out)
            forbidden = await scored(own, outside.may_call_out)
            allowed = await scored(own, outside.may_call_out, allow_network=True)
        finally:
            own.close()
    assert "unreachable" in refused.error
    assert forbidden.error == "calls out of this machine, which is not allowed; allow it with --allow-network"
    assert allowed.value == 1.0


async def test_a_sandbox_is_there_for_those_who_declare_one(crew):
    assert (await scored(crew, outside.boxed)).reasons == ("42",)
    undeclared = await scored(crew, outside.unboxed)
    assert undeclared.error == 'the evaluator declares no sandbox. Declare sandbox="process" or a stronger one.'


async def test_what_is_left_of_the_runs_time_caps_the_call(crew):
    began = time.monotonic()
    score = await scored(crew, outside.sleeps, deadline=began + 0.3)
    assert time.monotonic() - began < 5
    assert score.error.endswith("that were left of the run's time")


async def test_cancelling_an_assessment_ends_the_process(crew):
    own = Crew(cores=1)
    try:
        before = (await scored(own, outside.where)).reasons
        task = asyncio.create_task(scored(own, outside.sleeps))
        while not own._busy:  # noqa: ASYNC110 - the loop does it
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await scored(own, outside.where)).reasons != before
    finally:
        own.close()


async def test_where_no_process_can_be_started_the_score_is_an_error(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    crew = Crew(cores=1)
    score = await scored(crew, outside.number)
    crew.close()
    assert score.error == "no process could be started for it: No such file or directory"
