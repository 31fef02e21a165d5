"""The evaluator `lemmas`: the share of required words that a draft uses, whatever form either of them has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from redraft import Score, evaluator
from redraft_text.given import given_list
from redraft_text.occurrence import Searched

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["LemmasParams", "lemmas"]


class LemmasParams(BaseModel):
    """What `lemmas` looks for.

    Attributes:
        words: The required words or phrases; empty: those of the task's input `words`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: tuple[str, ...] = ()


@evaluator("lemmas", kind="verifier", params=LemmasParams)
def lemmas(draft: Draft, task: Task, params: LemmasParams) -> Score:
    """Share of the required words that the draft uses, in any inflected form."""
    required = given_list(task, "words", params.words)
    searched = Searched(draft.text)
    missing = [word for word in required if not searched.starts(word)]
    return Score(1 - len(missing) / len(required), [f'"{word}" is missing' for word in missing])
