"""The oracle `exact_match`: whether the answer is one of the reference answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft import Score, evaluator
from redraft.answer import final_answer
from redraft.text import excerpt
from redraft_qa.inputs import texts
from redraft_qa.normalisation import normalised, other_script

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["exact_match"]


@evaluator("exact_match", kind="oracle", needs=("answer",))
def exact_match(draft: Draft, task: Task) -> Score:
    """Whether the final answer is one of the reference answers, after SQuAD's normalisation: 1 or 0."""
    given, references = final_answer(draft.text), [final_answer(text).text for text in texts(task, "answer")]
    if normalised(given.text) in {normalised(reference) for reference in references}:
        return Score(1.0)
    fault = f'"{excerpt(given.text)}" is not the reference answer "{excerpt(references[0])}"'
    return Score(0.0, [other_script(given.text, references) or fault])
