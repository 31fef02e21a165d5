"""The evaluator `examples`: the share of the task's visible tests that the draft's code passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft_code.extraction import extract
from redraft_code.plan import plan
from redraft_code.syntax import fault_of
from redraft_code.trial import Bounds, exchanged, tried

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft.evaluation import Context

__all__ = ["ExamplesParams", "examples", "tested"]

_IDENTIFIER = r"[^\W\d]\w*"


class ExamplesParams(BaseModel):
    """How tests are run.

    Attributes:
        function: The function that pairs of input and output call; not set: the pairs are what a program reads and
            prints. It is also what HumanEval's `check(candidate)` is given.
        seconds: Time that one test may take; all together take at most half a minute.
        memory: Megabytes of memory that all may use together.
        told: How many of the tests that fail are told, the first ones; not set: all that reasons have room for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    function: str | None = Field(default=None, pattern=f"^{_IDENTIFIER}$")
    seconds: float = Field(default=5.0, gt=0, le=25)
    memory: int = Field(default=512, ge=64, le=16_384)
    told: int | None = Field(default=None, ge=1, le=1_000)


@evaluator(
    "examples",
    kind="verifier",
    needs=("tests",),
    params=ExamplesParams,
    sandbox="namespace",
    timeout=60.0,
    cost="medium",
)
def examples(draft: Draft, task: Task, params: ExamplesParams, ctx: Context) -> Score:
    """Share of the task's visible tests that the draft's code passes, run in the sandbox."""
    return tested(draft, task, params, ctx, name="tests")


def tested(draft: Draft, task: Task, params: ExamplesParams, ctx: Context, *, name: str) -> Score:
    """Return the share of the tests in an input that a draft's code passes, and what is wrong where it fails."""
    wanted = plan(task, name, function=params.function)
    code = extract(draft.text)
    fault = fault_of(code)
    if fault:
        return Score(0.0, [fault])
    bounds = Bounds(params.seconds, params.memory)
    if wanted.exchanges:
        result = exchanged(ctx.sandbox, code, wanted.exchanges, bounds)
    else:
        result = tried(ctx.sandbox, code, wanted.steps, bounds, asked=params.function)
    return Score(result.passed / result.total, result.reasons[: params.told])
