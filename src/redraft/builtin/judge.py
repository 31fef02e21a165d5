"""The evaluator `judge`: how well an agent rates a draft, or a scorer: a reranker or reward model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from redraft.evaluation import evaluator
from redraft.llama.calibration import Calibration
from redraft.task import Score

if TYPE_CHECKING:
    from redraft.evaluation import Context
    from redraft.task import Draft, Task

__all__ = ["JudgeParams", "judge"]


class JudgeParams(BaseModel):
    """Who judges: an agent, or a scorer.

    Attributes:
        agent: The agent that rates; its file holds the rubric, and `choices` its scale, numbers in any order.
        scorer: The reranker or reward model that scores, in place of an agent; a model's name or file.
        midpoint: The number of the scorer that is worth 0.5, where it gives one number for a text.
        scale: How far above that a number is worth 0.73.
        labels: What each of the scorer's labels is worth, where it gives labels; one that is left out is worth 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: str | None = "judge"
    scorer: Annotated[str, Field(min_length=1)] | None = None
    midpoint: Annotated[float, Field(allow_inf_nan=False)] = 0.0
    scale: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    labels: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _either(cls, given: Any) -> Any:
        if not isinstance(given, dict) or given.get("scorer") is None:
            return given
        if given.get("agent") is not None:
            raise ValueError("give an agent or a scorer, not both")
        return given | {"agent": None}

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if self.agent is None and self.scorer is None:
            raise ValueError("give an agent or a scorer")
        idle = sorted(self.model_fields_set & {"midpoint", "scale", "labels"})
        if self.scorer is None and idle:
            raise ValueError(f"{idle[0]} goes with a scorer")
        return self

    @property
    def calibration(self) -> Calibration:
        """What the scorer's numbers are worth."""
        return Calibration(self.midpoint, self.scale, self.labels)


@evaluator("judge", kind="judge", params=JudgeParams, timeout=300.0, cost="high")
async def judge(draft: Draft, task: Task, params: JudgeParams, ctx: Context) -> Score:
    """How an agent rates the draft, or a scorer: a reranker or a reward model."""
    if params.scorer is not None:
        found = await ctx.score(params.scorer, task.prompt, [draft.text], calibration=params.calibration)
        return Score(found[0], [f"the scorer gives {found[0]:.2f} of 1"])
    agent = params.agent or "judge"
    scale = _scale(agent, ctx.choices(agent))
    chances = await ctx.rate(agent, {"draft": draft, "task": task})
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
