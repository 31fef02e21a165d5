"""`program`: whether the answer is what a short program computes."""

from __future__ import annotations

import socket
import time

import pytest

from redraft import Draft, Task
from redraft.evaluation import Context, Use, assess
from redraft.testing import EvaluatorTests, ScriptedModels
from redraft_qa.program import program

PROGRAM = "eggs = 16 - 3 - 4\nprint('left:', eggs)\nprint(eggs * 2)"


async def scored(text, given=None, write=None, **params):
    """Score a draft by a program that the task has, or by what an agent writes."""
    task = Task(prompt="How much?", inputs={} if given is None else {"program": given})
    ctx = Context(ScriptedModels(text=write), least=program.sandbox)
    return await program(Draft(text=text), task, program.validate_params(params), ctx)


class TestConformance(EvaluatorTests):
    evaluator = program
    task = Task(prompt="How much does she make?", inputs={"program": PROGRAM})
    good = "The answer is $18."
    bad = "The answer is $17."
    optional_inputs = ("program",)


SCORES = [
    (PROGRAM, "9 * 2 = 18", 1),
    (PROGRAM, "The answer is $18.00.", 1),
    (PROGRAM, "一共十八元", 1),
    (PROGRAM, "17", 0),
    (PROGRAM, "-18", 0),
    ("print(0.1 + 0.2)", "0.3", 1),
    ("print(32 / 3)", "It is 10.67.", 1),
    ("print(32 / 3)", "It is 10.68.", 0),
    ("print(10**20)", "100000000000000000000", 1),
    ("print('Paris')", "The answer is Paris.", 1),
    ("print('Paris')", "The answer is Rome.", 0),
    ("from fractions import Fraction\nprint(Fraction(1, 3))", "a third, 1/3", 1),
]


async def test_the_answer_is_what_the_program_prints_last(subtests):
    for code, text, value in SCORES:
        with subtests.test(code=code, text=text):
            assert (await scored(text, code)).value == value


async def test_what_is_computed_is_said():
    assert (await scored("The answer is $17.", PROGRAM)).reasons == ('the answer is "17", but a program computes 18',)


async def test_the_tolerance_is_relative_to_what_is_computed():
    assert (await scored("101", "print(100)", tolerance=0.01)).value == 1


async def test_an_agent_writes_the_program_where_the_task_has_none():
    asked = []

    def write(agent, values):
        asked.append((agent, values["task"].prompt))
        return f"Here it is:\n\n```python\n{PROGRAM}\n```\nIt prints 18."

    assert (await scored("18", write=write, agent="mathematician")).value == 1
    assert asked == [("mathematician", "How much?")]


async def test_a_program_that_does_not_run_is_written_again():
    written = iter(["print(", "print(18)"])
    assert (await scored("18", write=lambda *_: next(written))).value == 1


FAILING = [
    ("import os\nos.remove('/etc/hostname')", "the program failed: .*Error"),
    ("print(1/0)", "the program failed: ZeroDivisionError: division by zero"),
    ("print(", "the program failed: SyntaxError"),
    ("x = 18", "the program printed nothing"),
    ("import time\ntime.sleep(60)", "the program failed: .*"),
    ("while True: print('x' * 10_000)", "the program failed: .*"),
]


async def test_a_program_that_fails_is_an_error_never_a_zero(subtests):
    for code, message in FAILING:
        with subtests.test(code=code), pytest.raises(ValueError, match=message):
            await scored("18", code, seconds=0.5)


async def test_the_tries_are_counted():
    with pytest.raises(ValueError, match="ZeroDivisionError"):
        await scored("18", write=lambda *_: "1/0", tries=3)


async def test_a_program_has_no_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(ValueError, match="the program failed"):
            await scored("18", f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 1)\nprint(18)")


async def test_a_program_cannot_read_the_home_folder(tmp_path):
    (tmp_path / "canary").write_text("18", encoding="utf-8")
    with pytest.raises(ValueError, match="the program failed"):
        await scored("18", f"print(open({str(tmp_path / 'canary')!r}).read())")


async def test_it_is_assessed_as_in_a_run():
    uses = [Use(program, params={"seconds": 0.3})]
    began = time.monotonic()
    task = Task(prompt="How much?", inputs={"program": "while True: pass"})
    verdict = await assess(Draft(text="18"), task, uses)
    assert verdict.value is None
    assert "the program failed: it took longer than 0.3 seconds" in verdict.scores[0].error
    assert time.monotonic() - began < 20
