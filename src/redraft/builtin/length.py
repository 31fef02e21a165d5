"""The evaluator `length`: whether a draft is as long as asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from redraft.evaluation import evaluator
from redraft.task import Score
from redraft.text import graphemes, sentences, words

if TYPE_CHECKING:
    from redraft.task import Draft

__all__ = ["LengthParams", "length"]

_Bound = Annotated[int, Field(ge=1)] | None


class LengthParams(BaseModel):
    """The bounds of `length`, each included; at least one is needed.

    Attributes:
        min_words: Fewest words. A character of a script without spaces (Chinese, Japanese, Thai) counts as a word.
        max_words: Most words.
        min_characters: Fewest characters, spaces inside the text included.
        max_characters: Most characters.
        min_sentences: Fewest sentences.
        max_sentences: Most sentences.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    min_words: _Bound = None
    max_words: _Bound = None
    min_characters: _Bound = None
    max_characters: _Bound = None
    min_sentences: _Bound = None
    max_sentences: _Bound = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        bounds = self.model_dump(exclude_none=True)
        if not bounds:
            raise ValueError("give at least one bound, such as max_words = 25")
        for unit in ("words", "characters", "sentences"):
            if bounds.get(f"min_{unit}", 0) > bounds.get(f"max_{unit}", float("inf")):
                raise ValueError(f"min_{unit} is above max_{unit}")
        return self


@dataclass(frozen=True, slots=True)
class _Measure:
    """A count beside its bounds."""

    unit: str
    count: int
    least: int | None
    most: int | None

    @property
    def value(self) -> float:
        if self.most is not None and self.count > self.most:
            return self.most / self.count
        return min(1.0, self.count / self.least) if self.least else 1.0

    @property
    def reason(self) -> str:
        if self.most is not None and self.count > self.most:
            return f"{self._named(self.count - self.most)} too many ({self.count} of at most {self.most})"
        least = self.least or 0
        return f"{self._named(least - self.count)} too few ({self.count} of at least {least})"

    def _named(self, count: int) -> str:
        return f"{count} {self.unit}" if count == 1 else f"{count} {self.unit}s"


class _Sentences(_Measure):
    """Sentences are too few to speak of an excess."""

    @property
    def reason(self) -> str:
        if self.most is not None and self.count > self.most:
            return f"{self._named(self.count)}, at most {self.most} allowed"
        return f"{self._named(self.count)}, at least {self.least} needed"


@evaluator("length", kind="verifier", params=LengthParams)
def length(draft: Draft, params: LengthParams) -> Score:
    """Whether the draft keeps its bounds; the value falls smoothly with what is too much or too little."""
    broken = [measure for measure in _measures(draft.text, params) if measure.value < 1]
    value = 1.0
    for measure in broken:
        value *= measure.value
    return Score(value, [measure.reason for measure in broken])


def _measures(text: str, params: LengthParams) -> tuple[_Measure, ...]:
    return (
        _Measure("word", words(text), params.min_words, params.max_words),
        _Measure("character", graphemes(text), params.min_characters, params.max_characters),
        _Sentences("sentence", sentences(text), params.min_sentences, params.max_sentences),
    )
