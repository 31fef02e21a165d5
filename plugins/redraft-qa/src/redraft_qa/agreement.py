"""The evaluator `agreement`: whether a model answers the same when it is asked again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.answer import final_answer
from redraft.text import excerpt
from redraft_qa.comparison import EXACT, Tolerance, same_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft import Draft, Task
    from redraft.answer import Answer
    from redraft.evaluation import Context

__all__ = ["AgreementParams", "agreement"]


class AgreementParams(BaseModel):
    """Who is asked, and how often.

    Attributes:
        agent: The agent that answers the task again; it samples, or all its answers are one.
        samples: How many further answers are drawn.
        tolerance: How far apart numbers may be that count as equal, relative to the further answer's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: str = Field(default="answerer", min_length=1)
    samples: int = Field(default=4, ge=1, le=32)
    tolerance: Tolerance = EXACT


@evaluator("agreement", kind="judge", params=AgreementParams, timeout=600.0, cost="high")
async def agreement(draft: Draft, task: Task, params: AgreementParams, ctx: Context) -> Score:
    """Share of further answers of an agent, drawn with other seeds, whose final answer is the draft's."""
    given = final_answer(draft.text)
    drawn = await asyncio.gather(
        *(ctx.generate(params.agent, {"task": task}, seed=seed) for seed in range(params.samples))
    )
    answers = [final_answer(text) for text in drawn]
    agreeing = sum(same_answer(given, answer, tolerance=params.tolerance) for answer in answers)
    share = agreeing / len(answers)
    return Score(share, [] if agreeing == len(answers) else [_told(agreeing, answers, params)])


def _told(agreeing: int, answers: Sequence[Answer], params: AgreementParams) -> str:
    """Return how many agree, and what most of the others say where they outnumber them."""
    told = f"{agreeing} of {len(answers)} further answers agree"
    alike = [sum(same_answer(one, other, tolerance=params.tolerance) for one in answers) for other in answers]
    most = max(alike)
    if most <= max(agreeing, 1):
        return told
    said = answers[alike.index(most)]
    return f"{told}; {most} say {excerpt(said.number.text if said.number else said.text)}"
