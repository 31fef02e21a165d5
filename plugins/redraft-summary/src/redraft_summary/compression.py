"""The evaluator `compression`: how long a summary is beside its source."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from redraft import Score, evaluator
from redraft.text import graphemes, words
from redraft_summary.inputs import source_of

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["CompressionParams", "compression"]


class CompressionParams(BaseModel):
    """The range of a summary's length, as a share of its source's; both ends are included.

    Attributes:
        min_ratio: Smallest share.
        max_ratio: Largest share.
        unit: What is counted: `words` (a character of a script without spaces is one) or `characters`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_ratio: float = Field(default=0.0, ge=0, le=1)
    max_ratio: float = Field(default=0.3, gt=0, le=1)
    unit: Literal["words", "characters"] = "words"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_ratio > self.max_ratio:
            raise ValueError("min_ratio is above max_ratio")
        return self


@evaluator("compression", kind="verifier", needs=("source",), params=CompressionParams)
def compression(draft: Draft, task: Task, params: CompressionParams) -> Score:
    """Whether the draft is as short as asked, beside its source; the value falls smoothly with what is too much."""
    count = words if params.unit == "words" else graphemes
    whole, length = count(source_of(task)), count(draft.text)
    if not whole:
        raise ValueError(f"the input 'source' has no {params.unit}")
    # A summary of one word is never too long, nor an empty one long enough.
    least, most = max(1, math.ceil(params.min_ratio * whole)), max(1, math.floor(params.max_ratio * whole))
    if length > most:
        told = f"{_counted(length - most, params)} too many: {length} of at most {most}"
        return Score(most / length, [f"{told}, {params.max_ratio:.0%} of the source's {whole}"])
    if length < least:
        told = f"{_counted(least - length, params)} too few: {length} of at least {least}"
        return Score(length / least, [f"{told}, {params.min_ratio:.0%} of the source's {whole}"])
    return Score(1.0)


def _counted(count: int, params: CompressionParams) -> str:
    return f"{count} {params.unit.removesuffix('s') if count == 1 else params.unit}"
