"""The evaluator `evidence`: whether what an answer quotes stands in the passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.text import excerpt
from redraft_qa.inputs import texts
from redraft_qa.quotation import Source, quotations

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["EvidenceParams", "evidence"]


class EvidenceParams(BaseModel):
    """How much must be quoted.

    Attributes:
        quotations: Fewest quotations of the passage; 0 where an answer may do without.
        words: Fewest words of a quotation that counts as one; a character of a script without spaces is a word. Shorter
            ones must stand in the passage as well.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    quotations: int = Field(default=1, ge=0, le=100)
    words: int = Field(default=3, ge=1, le=100)


@evaluator("evidence", kind="verifier", needs=("passage",), params=EvidenceParams)
def evidence(draft: Draft, task: Task, params: EvidenceParams) -> Score:
    """Share of the draft's quotations that stand in the passage, to the letter; too few of them lower the value."""
    sources, question = [Source(text) for text in texts(task, "passage")], Source(task.prompt)
    right, wrong = [], []
    for quotation in dict.fromkeys(quotations(draft.text)):
        if any(source.has(quotation) for source in sources):
            right.append(quotation)
        elif not question.has(quotation):
            wrong.append(quotation)
    missing = max(0, params.quotations - sum(quotation.words >= params.words for quotation in right))
    reasons = [f'the passage has no "{excerpt(quotation.text)}"' for quotation in wrong]
    if missing and not wrong:
        reasons.append(_wanted(missing, params))
    value = 1.0 if not (wrong or missing) else len(right) / (len(right) + len(wrong) + missing)
    return Score(value, reasons)


def _wanted(missing: int, params: EvidenceParams) -> str:
    what = "a quotation" if missing == 1 else f"{missing} quotations"
    return f"{what} of the passage is missing: quote at least {params.words} of its words in a row, in quotation marks"
