"""The evaluator `copying`: how much of a summary is copied from its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

import regex
from pydantic import BaseModel, ConfigDict, Field, model_validator

from redraft import Score, evaluator
from redraft.text import excerpt, folded, is_unspaced, word_list
from redraft_summary.fragments import fragments
from redraft_summary.inputs import source_of

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft_summary.fragments import Fragments

__all__ = ["CopyingParams", "copying"]

_MOST_WORDS = 100_000
_BEFORE_HAN = regex.compile(r" (?=[\p{Han}\p{Hiragana}\p{Katakana}])|(?<=[\p{Han}\p{Hiragana}\p{Katakana}]) ")


class CopyingParams(BaseModel):
    """How much may be copied; at least one bound is needed. A character of a script without spaces is a word.

    Attributes:
        max_density: Largest density of fragments: how long the copied run is in which a word stands, on average.
        max_coverage: Largest share of the words that stand in any fragment, be it of one word.
        max_run: Most words copied in a row.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_density: Annotated[float, Field(gt=0)] | None = 8.0
    max_coverage: Annotated[float, Field(gt=0, le=1)] | None = None
    max_run: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _bounds_something(self) -> Self:
        if self.max_density is None and self.max_coverage is None and self.max_run is None:
            raise ValueError("give at least one bound, such as max_run = 12")
        return self


@evaluator("copying", kind="verifier", needs=("source",), params=CopyingParams)
def copying(draft: Draft, task: Task, params: CopyingParams) -> Score:
    """Whether the draft copies no more of its source than is allowed; the value falls smoothly with the excess."""
    source, summary = _words(source_of(task)), word_list(draft.text)[:_MOST_WORDS]
    found = fragments(source, [folded(word) for word in summary])
    start, length = found.longest
    value, reasons = 1.0, []
    for bound, is_, told in _measures(found, params):
        if bound is not None and is_ > bound:
            value *= bound / is_
            reasons.append(told)
    if reasons:
        run = _joined(summary[start : start + length])
        reasons.append(f'the longest copy has {length} {"word" if length == 1 else "words"}: "{excerpt(run)}"')
    return Score(value, reasons)


def _measures(found: Fragments, params: CopyingParams) -> tuple[tuple[float | None, float, str], ...]:
    """Return each bound, what it bounds, and what to say where that is above it."""
    run = found.longest[1]
    return (
        (
            params.max_density,
            found.density,
            f"copied words stand in runs of {found.density:.1f} on average, at most {params.max_density} are allowed",
        ),
        (
            params.max_coverage,
            found.coverage,
            f"{found.coverage:.0%} of the words are copied, at most {params.max_coverage or 0:.0%} are allowed",
        ),
        (params.max_run, run, f"{run} words are copied in a row, at most {params.max_run} are allowed"),
    )


def _words(text: str) -> list[str]:
    return [folded(word) for word in word_list(text)[:_MOST_WORDS]]


def _joined(words: list[str]) -> str:
    text = " ".join(words)
    return _BEFORE_HAN.sub("", text) if is_unspaced(text) else text
