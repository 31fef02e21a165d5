"""The evaluator `runtime`: how long the draft's code takes beside a baseline."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.errors import UsageError
from redraft_code.extraction import extract
from redraft_code.syntax import fault_of
from redraft_code.trial import Bounds, run_inside

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft.evaluation import Context

__all__ = ["RuntimeParams", "runtime"]

# What is faster than this is as fast as it need be; below it a clock tells more of the machine than of the code.
_FLOOR = 0.001
_TOTAL = 25.0


class RuntimeParams(BaseModel):
    """How fast is fast enough.

    Attributes:
        most: How many times as long as the baseline the draft's code may take.
        repeats: How often both are run, in turns; the fastest of each counts.
        seconds: Time that one run may take.
        memory: Megabytes of memory that a run may use.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    most: float = Field(default=1.2, gt=0, le=1000)
    repeats: int = Field(default=5, ge=2, le=50)
    seconds: float = Field(default=5.0, gt=0, le=25)
    memory: int = Field(default=512, ge=64, le=16_384)


@evaluator(
    "runtime",
    kind="heuristic",
    needs={"baseline": "text", "workload": "text"},
    params=RuntimeParams,
    sandbox="namespace",
    timeout=60.0,
    deterministic=False,
    cost="medium",
)
def runtime(draft: Draft, task: Task, params: RuntimeParams, ctx: Context) -> Score:
    """Whether the draft's code does the workload in the baseline's time, and gives what it gives."""
    order = {"workload": _workload(task), "baseline": _code_of(task, "baseline"), "repeats": params.repeats}
    code = extract(draft.text)
    fault = fault_of(code)
    if fault:
        return Score(0.0, [fault])
    bounds = Bounds(params.seconds, params.memory)
    told = run_inside(ctx.sandbox, order | {"code": code}, bounds, total=_TOTAL)
    if told.get("failed") == "baseline":
        raise UsageError(f"the input 'baseline' does not do the workload: {told['told']}")
    if "differs" in told:
        first, second = told["differs"] if told["second"] == "baseline" else reversed(told["differs"])
        return Score(0.0, [f"the workload gives {first}, with the baseline it gives {second}"])
    if "code" not in told:
        return Score(0.0, [told.get("told") or told["load"]])
    return _score(min(told["code"]), min(told["baseline"]), params.most)


def _score(taken: float, baseline: float, most: float) -> Score:
    ratio = max(taken, _FLOOR) / max(baseline, _FLOOR)
    if ratio <= most:
        return Score(1.0)
    times = f"{taken * 1000:.1f} ms beside {baseline * 1000:.1f} ms"
    return Score(most / ratio, [f"takes {ratio:.1f} times as long as the baseline ({times}), at most {most:g} wanted"])


def _code_of(task: Task, name: str) -> str:
    given = task.inputs[name]
    if not isinstance(given, str):
        raise UsageError(f"the input '{name}' must be Python code, not a value of type {type(given).__name__}")
    code = extract(given)
    fault = fault_of(code)
    if fault:
        raise UsageError(f"the input '{name}' must be Python code: {fault}")
    return code


def _workload(task: Task) -> tuple[str, str]:
    """Return the workload's statements, and the expression after them whose value is compared."""
    *body, last = ast.parse(_code_of(task, "workload")).body
    if not isinstance(last, ast.Expr):
        raise UsageError("the input 'workload' must end in an expression, such as solve(1000)")
    return "\n".join(map(ast.unparse, body)), ast.unparse(last.value)
