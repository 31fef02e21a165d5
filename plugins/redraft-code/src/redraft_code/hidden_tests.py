"""The oracle `hidden_tests`: the share of tests that a draft has never seen, and that its code passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft import evaluator
from redraft_code.examples import ExamplesParams, tested

if TYPE_CHECKING:
    from redraft import Draft, Score, Task
    from redraft.evaluation import Context

__all__ = ["hidden_tests"]


@evaluator(
    "hidden_tests",
    kind="oracle",
    needs=("hidden_tests",),
    params=ExamplesParams,
    sandbox="namespace",
    timeout=60.0,
    cost="medium",
)
def hidden_tests(draft: Draft, task: Task, params: ExamplesParams, ctx: Context) -> Score:
    """Share of the task's hidden tests that the draft's code passes; it may never steer a run."""
    return tested(draft, task, params, ctx, name="hidden_tests")
