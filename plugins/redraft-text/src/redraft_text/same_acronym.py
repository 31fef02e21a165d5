"""The oracle `same_acronym`: whether a draft is the acronym that people use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from redraft import Score, evaluator
from redraft.reasons import quoted
from redraft.text import folded
from redraft_text.given import given_list

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["same_acronym"]

_OTHER = regex.compile(r"[^\p{L}\p{N}]+")
_SHOWN = 40


@evaluator("same_acronym", kind="oracle", needs=("acronym",))
def same_acronym(draft: Draft, task: Task) -> Score:
    """Whether the draft has the letters of a reference acronym, and nothing else: 1 or 0."""
    references = given_list(task, "acronym", ())
    if _letters(draft.text) in {_letters(reference) for reference in references}:
        return Score(1.0)
    return Score(0.0, [f"{quoted(draft.text, _SHOWN)} is not {quoted(references[0], _SHOWN)}"])


def _letters(text: str) -> str:
    return _OTHER.sub("", folded(text))
