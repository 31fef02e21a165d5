"""The evaluator `length_ratio`: whether a translation is about as long as translations of its source are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from redraft import Score, evaluator
from redraft.text import graphemes
from redraft_translate.direction import Direction, from_language, source_of, to_language
from redraft_translate.languages import language_of
from redraft_translate.protected import without

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft_translate.languages import Language

__all__ = ["LengthRatioParams", "length_ratio"]

# How far lengths scatter: a sentence of 40 characters may be twice or half as long as usual, ten pages a third more or
# less. Measured over Django's translations, as the usual lengths are.
_LONG, _SHORT, _SENTENCE = 1.35, 0.65, 40
_LEAST = 15


class LengthRatioParams(Direction):
    """The bounds, in characters of the draft for one of the source; left out, what is usual for the languages.

    Attributes:
        low: Fewest.
        high: Most.
    """

    low: float | None = Field(default=None, gt=0)
    high: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low is above high")
        return self


@dataclass(frozen=True, slots=True)
class _Range:
    """The fewest and the most characters that a draft may have."""

    least: float
    most: float


@evaluator("length_ratio", kind="heuristic", needs={"source": "text"}, params=LengthRatioParams)
def length_ratio(draft: Draft, task: Task, params: LengthRatioParams) -> Score:
    """Whether the draft is as long as translations of such a source are; less, the further it is off."""
    source, text = _plain(source_of(task)), _plain(draft.text)
    if not graphemes(text):
        return Score(0.0, ["the draft is empty"])
    allowed, count = _range(task, params, source, text), graphemes(text)
    if allowed.least <= count <= allowed.most:
        return Score(1.0)
    value = count / allowed.least if count < allowed.least else allowed.most / count
    return Score(value, [_reason(graphemes(source), count, allowed)])


def _plain(text: str) -> str:
    """Return a text without placeholders and addresses: they are as long in every language."""
    return " ".join(without(text).split())


def _range(task: Task, params: LengthRatioParams, source: str, text: str) -> _Range:
    size = graphemes(source)
    usual = _usual(from_language(task, params), to_language(task, params) or language_of(text), size)
    least = usual.least if params.low is None else params.low * size
    most = usual.most if params.high is None else params.high * size
    # Where only one bound is given, the usual other one gives way to it.
    return _Range(least if params.low else min(least, most), most if params.high else max(least, most))


def _usual(one: Language | None, other: Language | None, size: int) -> _Range:
    """Return the usual lengths; of a few words there is no least, and no less room than a sentence has."""
    before, after = (language.length if language else 100 for language in (one, other))
    counted = max(_LEAST, size)
    scatter = _LONG + _SHORT * math.sqrt(_SENTENCE / max(_LEAST, counted * 100 / before))
    usual = counted * after / before
    return _Range(0.0 if size < _LEAST else usual / scatter, usual * scatter)


def _reason(source: int, text: int, allowed: _Range) -> str:
    least, most = math.ceil(allowed.least), math.floor(allowed.most)
    what = "too short, something may be missing" if text < least else "too long, something may have been added"
    return f"{what}: {text} characters for {source} of the source; {least} to {most} are usual"
