"""The oracle `solution`: whether a draft is one of the reference solutions, the way to the answer and all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft import Score, evaluator
from redraft.reasons import quoted
from redraft_qa.inputs import texts
from redraft_qa.quotation import plain

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["solution"]


@evaluator("solution", kind="oracle", needs=("solution",))
def solution(draft: Draft, task: Task) -> Score:
    """Whether the draft is a reference solution, to the letter: proof and answer, and nothing else: 1 or 0."""
    references = texts(task, "solution")
    if plain(draft.text) in {plain(reference) for reference in references}:
        return Score(1.0)
    return Score(0.0, [f"{quoted(draft.text)} is not the reference solution {quoted(references[0])}"])
