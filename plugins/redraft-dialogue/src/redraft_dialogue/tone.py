"""The evaluator `tone`: whether a reply has the tone that is wanted, as an agent of its own rates it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from redraft import Score, evaluator
from redraft.reasons import quoted

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft.evaluation import Context

__all__ = ["ToneParams", "tone"]


class ToneParams(BaseModel):
    """Which tone, and who rates it.

    Attributes:
        tone: The tone that is wanted, in words: `friendly and brief`. Left out, the task's input `tone`.
        agent: The agent that rates; it reads `draft`, and the tone as `task.inputs.tone`. Its `choices` are its scale,
            numbers in any order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tone: str | None = None
    agent: str = "tone"


@evaluator("tone", kind="judge", params=ToneParams, timeout=300.0, deterministic=False, cost="high")
async def tone(draft: Draft, task: Task, params: ToneParams, ctx: Context) -> Score:
    """How well the reply has the tone that is wanted: the mean of an agent's scale, by the chances of each rating."""
    wanted = _wanted(task, params)
    if not draft.text.strip():
        return Score(0.0, ["the reply is empty"])
    scale = _scale(params.agent, ctx.choices(params.agent))
    asked = task.model_copy(update={"inputs": {**task.inputs, "tone": wanted}})
    chances = await ctx.rate(params.agent, {"draft": draft, "task": asked})
    expected = sum(rating * chance for rating, chance in zip(scale, chances, strict=True)) / sum(chances)
    value = (expected - min(scale)) / (max(scale) - min(scale))
    said = f"the tone is to be {quoted(wanted)}: rated {expected:.1f} of {max(scale):g}"
    return Score(min(1.0, max(0.0, value)), [said])


def _wanted(task: Task, params: ToneParams) -> str:
    given = task.inputs.get("tone") if params.tone is None else params.tone
    if given is None or given == "":
        raise ValueError("nobody says which tone: give the parameter 'tone', or the input")
    if not isinstance(given, str):
        raise TypeError("the input 'tone' must be a text, such as: friendly and brief")
    return given


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
