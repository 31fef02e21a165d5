"""The evaluator `program`: whether the answer is what a short program computes."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.answer import final_answer
from redraft.text import excerpt
from redraft_qa.comparison import EXACT, Tolerance, same_answer
from redraft_qa.inputs import texts

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft.answer import Answer
    from redraft.evaluation import Context
    from redraft.sandbox import Strength

__all__ = ["ProgramParams", "program"]

_FENCE = regex.compile(r"^```[^\n]*\n(?P<code>.*?)^```", regex.MULTILINE | regex.DOTALL)


class ProgramParams(BaseModel):
    """Who writes the program, and how it is run.

    Attributes:
        agent: The agent that writes the program where the task brings none.
        tries: How many programs are asked for until one runs; the first that does decides.
        tolerance: How far a number may be from the program's, relative to it.
        seconds: The time that a program may take.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: str = Field(default="programmer", min_length=1)
    tries: int = Field(default=2, ge=1, le=10)
    tolerance: Tolerance = EXACT
    seconds: float = Field(default=5.0, gt=0, le=60)


@evaluator("program", kind="heuristic", params=ProgramParams, timeout=300.0, sandbox="namespace", cost="high")
async def program(draft: Draft, task: Task, params: ProgramParams, ctx: Context) -> Score:
    """Whether the final answer is what a program prints last, the task's own or one that an agent writes: 1 or 0."""
    given = final_answer(draft.text)
    computed = await _computed(draft, task, params, ctx)
    if same_answer(given, computed, tolerance=params.tolerance):
        return Score(1.0)
    said = given.number.text if given.number else given.text
    return Score(0.0, [f'the answer is "{excerpt(said)}", but a program computes {excerpt(computed.text)}'])


async def _computed(draft: Draft, task: Task, params: ProgramParams, ctx: Context) -> Answer:
    """Return what the task's program prints last, or the first of an agent's that runs.

    Raises:
        ValueError: None runs to its end and prints something.
    """
    if "program" in task.inputs:
        return await _run("\n".join(texts(task, "program")), params, ctx)
    for seed in range(params.tries):
        written = await ctx.generate(params.agent, {"task": task, "draft": draft}, seed=seed)
        try:
            return await _run(_code(written), params, ctx)
        except ValueError as error:
            fault = error
    raise fault


def _code(written: str) -> str:
    """Return the code of an agent's answer: its last fenced block, or all of it."""
    blocks = [match["code"] for match in _FENCE.finditer(written)]
    return blocks[-1] if blocks else written.replace("```python", "").replace("```", "")


async def _run(code: str, params: ProgramParams, ctx: Context) -> Answer:
    return final_answer(await asyncio.to_thread(_last_line, ctx.sandbox.strength, code, params.seconds))


# Every draft of a task meets the same program; what raises is not kept.
@lru_cache(maxsize=64)
def _last_line(strength: Strength, code: str, seconds: float) -> str:
    from redraft.sandbox import Limits, strongest

    ran = strongest(strength).python(code, limits=Limits(seconds=seconds))
    if not ran.ok:
        errors = ran.stderr.strip().splitlines()
        raise ValueError(f"the program failed: {excerpt(ran.detail or (errors[-1] if errors else ran.ended))}")
    lines = [line for line in ran.stdout.splitlines() if line.strip()]
    if not lines:
        raise ValueError("the program printed nothing")
    return lines[-1]
