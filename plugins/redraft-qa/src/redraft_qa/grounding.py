"""The evaluator `grounding`: whether the answer follows from what the draft quotes or calculates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft import Score, evaluator
from redraft.answer import final_answer
from redraft.reasons import quoted
from redraft_qa.equation import equation_list, shown
from redraft_qa.normalisation import normalised
from redraft_qa.quotation import Quotation, Source, quotations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft import Draft, Task
    from redraft.answer import Answer
    from redraft_qa.equation import Equation

__all__ = ["grounding"]


@evaluator("grounding", kind="verifier")
def grounding(draft: Draft, task: Task) -> Score:
    """Whether the final answer stands in a quotation of the draft, or is what its last equation gives: 1 or 0."""
    del task
    answer, calculated, said = final_answer(draft.text), equation_list(draft.text), quotations(draft.text)
    if not answer.marked:
        return Score(0.0, ["no answer is marked: end with Answer: and the answer"])
    if not calculated and not said:
        return Score(0.0, ["neither a quotation nor a calculation leads to the answer"])
    if _stands_in(answer, said) or _results(answer, calculated):
        return Score(1.0)
    if not calculated:
        return Score(0.0, [f"{quoted(answer.text)} stands in no quotation"])
    result = calculated[-1].result
    gives = result.text if result.value is None else shown(result.value)
    return Score(0.0, [f"the calculation gives {gives}, not {quoted(answer.text)}"])


def _stands_in(answer: Answer, said: Sequence[Quotation]) -> bool:
    wanted = Quotation(normalised(answer.text))
    return bool(wanted.parts) and any(Source(normalised(quotation.text)).has(wanted) for quotation in said)


def _results(answer: Answer, calculated: Sequence[Equation]) -> bool:
    return bool(calculated) and answer.number is not None and answer.number.value == calculated[-1].result.value
