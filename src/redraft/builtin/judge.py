"""The evaluator `judge`: how well an agent rates a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from redraft.evaluation import evaluator
from redraft.task import Score

if TYPE_CHECKING:
    from redraft.evaluation import Context
    from redraft.task import Draft, Task

__all__ = ["JudgeParams", "judge"]


class JudgeParams(BaseModel):
    """Who judges.

    Attributes:
        agent: The agent that rates; its file holds the rubric, and `choices` its scale, numbers in any order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: str = "judge"


@evaluator("judge", kind="judge", params=JudgeParams, timeout=300.0, cost="high")
async def judge(draft: Draft, task: Task, params: JudgeParams, ctx: Context) -> Score:
    """How an agent rates the draft: the mean of its scale, weighted by the probability of each rating."""
    scale = _scale(params.agent, ctx.choices(params.agent))
    chances = await ctx.rate(params.agent, {"draft": draft, "task": task})
    expected = sum(rating * chance for rating, chance in zip(scale, chances, strict=True)) / sum(chances)
    lowest, highest = min(scale), max(scale)
    value = min(1.0, max(0.0, (expected - lowest) / (highest - lowest)))
    return Score(value, [f"{expected:.1f} of {highest:g}"])


def _scale(agent: str, choices: tuple[str, ...]) -> tuple[float, ...]:
    """Return an agent's choices as numbers.

    Raises:
        ValueError: A choice is no number, or there is nothing to choose from.
    """
    try:
        scale = tuple(float(choice) for choice in choices)
    except ValueError:
        raise ValueError(f'the choices of agent \'{agent}\' must be numbers, as in ["1", "2", "3"]') from None
    if len(set(scale)) < 2:  # noqa: PLR2004 - a scale has two ends
        raise ValueError(f"agent '{agent}' needs at least two choices to rate with")
    return scale
