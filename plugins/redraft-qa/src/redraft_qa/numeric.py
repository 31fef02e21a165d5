"""The oracle `numeric`: whether the answer's number is the reference's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from redraft import Score, evaluator
from redraft.answer import final_answer
from redraft.text import excerpt
from redraft_qa.comparison import EXACT, Tolerance, same_number
from redraft_qa.inputs import texts

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft.numbers import Number

__all__ = ["NumericParams", "numeric"]


class NumericParams(BaseModel):
    """How near a number must come.

    Attributes:
        tolerance: How far it may be from the reference, relative to it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tolerance: Tolerance = EXACT


@evaluator("numeric", kind="oracle", needs=("answer",), params=NumericParams)
def numeric(draft: Draft, task: Task, params: NumericParams) -> Score:
    """Whether the number of the final answer is that of a reference answer: 1 or 0."""
    references = [_reference(text) for text in texts(task, "answer")]
    given = final_answer(draft.text).number
    if given is None:
        return Score(0.0, ["the answer has no number"])
    if any(same_number(given, reference, tolerance=params.tolerance) for reference in references):
        return Score(1.0)
    return Score(0.0, [f'the answer is "{excerpt(given.text)}", not "{excerpt(references[0].text)}"'])


def _reference(text: str) -> Number:
    number = final_answer(text).number
    if number is None:
        raise ValueError(f"the input 'answer' has no number: {text[:40]!r}")
    return number
