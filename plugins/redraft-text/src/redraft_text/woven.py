"""The oracle `woven`: whether required words stand in sentences, and are not merely listed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft.reasons import quoted
from redraft_text.given import given_list
from redraft_text.occurrence import Searched

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["WovenParams", "woven"]

# What may stand between the items of a list.
_JOINT = regex.compile(r"(?:[\W\d_]|(?<!\p{L})(?:an?|and|or|the)(?!\p{L})|[、和与與及或跟])*")
_SHOWN = 60


class WovenParams(BaseModel):
    """What `woven` looks for.

    Attributes:
        longest: How many required words may follow each other with no other word between them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    longest: int = Field(default=5, ge=1)


@evaluator("woven", kind="oracle", needs=("words",), params=WovenParams)
def woven(draft: Draft, task: Task, params: WovenParams) -> Score:
    """Share of the required words in the draft that are not in a long list of them."""
    searched = Searched(draft.text)
    runs = _runs(searched, given_list(task, "words", ()))
    if not runs:
        return Score(0.0, ["none of the words appears"])
    lists = [run for run in runs if len(run) > params.longest]
    used = sum(map(len, runs))
    reasons = [f"{quoted(searched.text[run[0][0] : run[-1][1]], _SHOWN)} is a list" for run in lists]
    return Score(1 - sum(map(len, lists)) / used, reasons)


def _runs(searched: Searched, words: tuple[str, ...]) -> list[list[tuple[int, int]]]:
    """Return the places of the words, those together that have nothing but joints between them."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((span for word in words for span in searched.spans(word)), key=lambda at: (at[0], -at[1])):
        if not spans or start >= spans[-1][1]:  # A word of a phrase is no place of its own.
            spans.append((start, end))
    runs = [spans[:1]] if spans else []
    for (_, end), span in pairwise(spans):
        if _JOINT.fullmatch(searched.text, end, span[0]):
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs
