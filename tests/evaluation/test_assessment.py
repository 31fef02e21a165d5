"""`assess`: all evaluators of a draft make its verdict, whatever they do."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.evaluation import Use, assess, evaluator
from redraft.task import Assessed, Draft, Score, Task

DRAFT = Draft(text="a dog in a park")
TASK = Task(prompt="p", inputs={"words": ["dog"]})


async def scored(function, **declared):
    verdict = await assess(DRAFT, TASK, [Use(evaluator("it", **declared)(function))])
    return verdict.scores[0]


def raising(error):
    def function():
        raise error

    return function


class UnspeakableError(Exception):
    def __str__(self):
        raise RuntimeError


async def test_a_verdict_has_each_score_with_what_the_graph_says_of_it():
    good = evaluator("good", kind="verifier")(lambda: Score(0.5, ["half"]))
    gate = evaluator("gate")(lambda: 1.0)
    verdict = await assess(DRAFT, TASK, [Use(good, weight=2.0), Use(gate, gate=True)])
    assert verdict.scores == (
        Score(0.5, ["half"], evaluator="good", kind="verifier", weight=2.0),
        Score(1.0, evaluator="gate", gate=True),
    )
    assert verdict.value == 0.5


async def test_arguments_come_by_name():
    def function(task, draft, ctx):
        return Score(1.0, [draft.text, task.prompt, ctx.history[0].draft.text])

    before = Assessed(draft=Draft(text="before"))
    verdict = await assess(DRAFT, TASK, [Use(evaluator("it")(function))], history=[before])
    assert verdict.scores[0].reasons == ("a dog in a park", "p", "before")


async def test_a_number_or_a_bool_counts_as_a_score(subtests):
    for returned, value in [(0, 0.0), (1, 1.0), (0.25, 0.25), (True, 1.0), (False, 0.0)]:
        with subtests.test(returned=returned):
            assert (await scored(lambda returned=returned: returned)).value == value


async def test_async_evaluators_are_awaited():
    async def function():
        await asyncio.sleep(0)
        return 0.5

    assert (await scored(function)).value == 0.5


async def _coroutine():
    return 1.0


FAILURES = [
    (lambda: None, "returned nothing (None), not a score or a number from 0 to 1"),
    (lambda: float("nan"), "returned nan, not a number from 0 to 1"),
    (lambda: float("inf"), "returned inf, not a number from 0 to 1"),
    (lambda: 7, "returned 7, not a number from 0 to 1"),
    (lambda: -0.1, "returned -0.1, not a number from 0 to 1"),
    (lambda: "0.9", "returned a value of type str, not a score or a number from 0 to 1"),
    (lambda: [1.0], "returned a value of type list, not a score or a number from 0 to 1"),
    (lambda: (n for n in (1.0,)), "returned a value of type generator, not a score or a number from 0 to 1"),
    (
        lambda: _coroutine(),  # noqa: PLW0108 - a sync function that returns a coroutine
        "returned a coroutine; declare the function with 'async def', not a score or a number from 0 to 1",
    ),
    (lambda: Score.model_construct(value=9.0, reasons=(), error=None), "returned 9, not a number from 0 to 1"),
    (raising(ValueError("it is\nbroken")), "ValueError: it is broken"),
    (raising(KeyError()), "KeyError"),
    (raising(SystemExit(1)), "SystemExit: 1"),
    (raising(KeyboardInterrupt()), "KeyboardInterrupt"),
    (raising(asyncio.CancelledError()), "CancelledError"),
    (raising(UnspeakableError()), "UnspeakableError"),
    (raising(TimeoutError("the server")), "TimeoutError: the server"),
]


async def test_a_failure_is_an_error_in_a_plain_sentence(subtests):
    for function, error in FAILURES:
        with subtests.test(function=function):
            score = await scored(function)
            assert (score.value, score.error) == (None, error)


async def test_an_async_failure_is_an_error_too(subtests):
    for error in [SystemExit(1), asyncio.CancelledError(), RuntimeError("x")]:
        with subtests.test(error=error):

            async def function(error=error):
                raise error

            assert type(error).__name__ in (await scored(function)).error


async def test_a_missing_input_is_an_error():
    score = await scored(lambda: 1.0, needs=["passage"])
    assert score.error == "the task has no input 'passage'"


async def test_an_input_of_a_wrong_type_is_an_error(subtests):
    task = TASK.model_copy(update={"inputs": {"x": True, "words": "dog", "n": 1.5, "list": [1]}})
    for needs, error in [
        ({"words": "text", "n": "number", "list": "list", "x": "json"}, None),
        ({"words": "list"}, "the task's input 'words' is not a list: 'dog'"),
        ({"list": "text"}, "the task's input 'list' is not a text: [1]"),
        ({"x": "number"}, "the task's input 'x' is not a number: True"),
    ]:
        with subtests.test(needs=needs):
            use = Use(evaluator("it", needs=needs)(lambda: 1.0))
            assert (await assess(DRAFT, task, [use])).scores[0].error == error


async def test_wrong_parameters_are_an_error():
    it = evaluator("it")(lambda: 1.0)
    verdict = await assess(DRAFT, TASK, [Use(it, params={"x": 1})])
    assert verdict.scores[0].error == "no parameter 'x'. It takes no parameters."


async def test_evaluators_run_side_by_side():
    both = threading.Barrier(2, timeout=20)

    def function():
        both.wait()
        return 1.0

    uses = [Use(evaluator(name)(function)) for name in ("one", "two")]
    assert (await assess(DRAFT, TASK, uses)).value == 1.0


async def test_one_that_hangs_holds_up_nobody_and_is_not_called_again_while_it_hangs():
    release = threading.Event()
    calls = []

    def function():
        calls.append(1)
        release.wait()
        return 1.0

    hanging = Use(evaluator("hanging", timeout=0.05)(function))
    good = Use(evaluator("good")(lambda: 1.0))
    first = await assess(DRAFT, TASK, [hanging, good])
    assert [score.error for score in first.scores] == ["no result within 0.05 s", None]
    again = await assess(DRAFT, TASK, [hanging])
    assert again.scores[0].error == "still busy with an earlier draft, for which its time was up"
    assert len(calls) == 1
    release.set()
    hanging.evaluator.left_behind.join()
    assert (await assess(DRAFT, TASK, [hanging])).value == 1.0


async def test_an_async_one_that_refuses_to_be_cancelled_holds_up_nobody():
    release = asyncio.Event()

    async def stubborn():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await release.wait()

    assert (await scored(stubborn, timeout=0.05)).error == "no result within 0.05 s"
    release.set()
    await asyncio.sleep(0)


async def test_what_is_left_of_the_runs_time_caps_every_timeout():
    release = threading.Event()
    hanging = Use(evaluator("hanging")(release.wait))
    start = time.monotonic()
    verdict = await assess(DRAFT, TASK, [hanging], deadline=start + 0.05)
    assert time.monotonic() - start < 5
    assert verdict.scores[0].error.endswith("that were left of the run's time")
    release.set()


async def test_nobody_is_called_when_no_time_is_left():
    called = []
    late = Use(evaluator("late")(lambda: called.append(1)))
    verdict = await assess(DRAFT, TASK, [late], deadline=time.monotonic() - 1)
    assert verdict.scores[0].error == "no result within the 0 s that were left of the run's time"
    assert called == []


async def test_cancelling_an_assessment_ends_it():
    release = threading.Event()
    task = asyncio.create_task(assess(DRAFT, TASK, [Use(evaluator("hanging")(release.wait))]))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    release.set()


def test_a_thread_that_hangs_does_not_keep_the_process():
    script = """
import asyncio
from redraft.evaluation import Use, assess, evaluator
from redraft.task import Draft, Task

def spin():
    while True:
        pass

verdict = asyncio.run(assess(Draft(text="d"), Task(prompt="p"), [Use(evaluator("spin", timeout=0.2)(spin))]))
print(verdict.scores[0].error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "no result within 0.2 s\n"


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_what_an_evaluator_prints_goes_to_the_log(kind, capsys, caplog):
    def function():
        print("careless")  # noqa: T201 - what it is about
        return 1.0

    async def afunction():
        return function()

    with caplog.at_level(logging.INFO, "redraft.printing"):
        await scored(function if kind == "sync" else afunction)
    print("careful")  # noqa: T201
    assert capsys.readouterr().out == "careful\n"
    assert "evaluator 'it' printed: careless" in caplog.messages


async def test_reasons_are_bounded():
    long = await scored(lambda: Score(0.5, [f"reason {n}\n\x1b[31m" + "x" * 1000 for n in range(100)]))
    assert [len(reason) for reason in long.reasons[:-1]] == [300] * 6
    assert long.reasons[-1] == "and 94 more"
    assert all(reason.isprintable() for reason in long.reasons)
    many = await scored(lambda: Score(0.5, [f"reason {n}" for n in range(100)]))
    assert (len(many.reasons), many.reasons[-1]) == (20, "and 81 more")


async def test_an_error_that_an_evaluator_returns_is_kept():
    score = await scored(lambda: Score(error="the\nserver is down"))
    assert (score.value, score.error) == (None, "the server is down")


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.lists(st.floats()),
    st.floats(0, 1).map(Score), st.complex_numbers(), st.decimals(), st.fractions(),
)  # fmt: skip


@given(ANYTHING, st.booleans())
async def test_an_assessment_never_raises_and_a_score_is_always_in_0_to_1(returned, raises):
    def function():
        if raises:
            raise ValueError(returned)
        return returned

    score = await scored(function)
    assert (score.error is None) == (score.value is not None and 0 <= score.value <= 1)
