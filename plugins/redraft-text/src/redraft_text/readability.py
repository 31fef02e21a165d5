"""The evaluator `readability`: whether a draft is as easy or as hard to read as asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Self

import regex
from pydantic import BaseModel, ConfigDict, Field, model_validator

from redraft import Score, evaluator
from redraft.reasons import quoted
from redraft.text import sentence_list, word_list
from redraft_text.characters import han, uncommon
from redraft_text.syllables import syllables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft import Draft

__all__ = ["ReadabilityParams", "grade", "readability"]

_LATIN = regex.compile(r"\p{Latin}")
_OTHER = regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Arabic}\p{Cyrillic}\p{Devanagari}\p{Hebrew}]")
_GRADES_TO_ZERO = 10
_QUOTED = 50
_SHOWN = 50

_Grade = Annotated[float, Field(ge=-5, le=40)] | None
_Length = Annotated[float, Field(gt=0)] | None


class ReadabilityParams(BaseModel):
    """The ranges of `readability`, bounds included; at least one bound is needed.

    Attributes:
        min_grade: Lowest Flesch-Kincaid grade; for English.
        max_grade: Highest Flesch-Kincaid grade; for English.
        min_sentence: Fewest words (English) or characters (Chinese) in a sentence, on average.
        max_sentence: Most words (English) or characters (Chinese) in a sentence, on average.
        max_uncommon: Largest share of Chinese characters beyond those in frequent use.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_grade: _Grade = None
    max_grade: _Grade = None
    min_sentence: _Length = None
    max_sentence: _Length = None
    max_uncommon: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        bounds = self.model_dump(exclude_none=True)
        if not bounds:
            raise ValueError("give at least one bound, such as max_grade = 8, or max_sentence = 20 for Chinese")
        for what in ("grade", "sentence"):
            if bounds.get(f"min_{what}", float("-inf")) > bounds.get(f"max_{what}", float("inf")):
                raise ValueError(f"min_{what} is above max_{what}")
        return self


@dataclass(frozen=True, slots=True)
class _Fault:
    value: float
    reason: str


@evaluator("readability", kind="heuristic", params=ReadabilityParams)
def readability(draft: Draft, params: ReadabilityParams) -> Score:
    """Whether the draft's reading difficulty lies in a range; the value falls with the distance from it."""
    sentences = sentence_list(draft.text)
    if not sentences:
        return Score(0.0, ["the draft has no words"])
    faults = list(_FAULTS[_writing(draft.text)](sentences, params))
    value = 1.0
    for fault in faults:
        value *= fault.value
    return Score(value, [fault.reason for fault in faults])


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of an English text: the school year that reads it with ease.

    After Kincaid, Fishburne, Rogers and Chissom, *Derivation of new readability formulas for Navy enlisted personnel*
    (1975): 0.39 × words a sentence + 11.8 × syllables a word - 15.59.

    Raises:
        ValueError: The text has no words.
    """
    sentences = sentence_list(text)
    if not sentences:
        raise ValueError("the text has no words")
    return _grade(sentences)


def _grade(sentences: list[str]) -> float:
    words = [word for sentence in sentences for word in word_list(sentence)]
    spoken = sum(syllables(part) for word in words for part in word.split("-") if part)
    return 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59


def _writing(text: str) -> str:
    """Return which of the measures a text is for: English, Chinese, or none."""
    characters, letters, others = len(han(text)), len(_LATIN.findall(text)), len(_OTHER.findall(text))
    # A Chinese character says as much as some three letters; Japanese has kana between the characters.
    if others * 5 > 3 * characters + letters:
        return "other"
    return "Chinese" if 3 * characters > letters else "English"


def _other(_sentences: list[str], _params: ReadabilityParams) -> Iterator[_Fault]:
    yield _Fault(0.0, "the draft is neither English nor Chinese, so that its readability cannot be told")


def _english(sentences: list[str], params: ReadabilityParams) -> Iterator[_Fault]:
    if params.min_grade is params.max_grade is params.min_sentence is params.max_sentence is None:
        yield _Fault(0.0, "the draft is in Latin script, and a bound is set for Chinese only (max_uncommon)")
    found = _grade(sentences)
    if params.max_grade is not None and found > params.max_grade:
        value = max(0.0, 1 - (found - params.max_grade) / _GRADES_TO_ZERO)
        yield _Fault(value, f"reading grade {found:.1f}, at most {params.max_grade:g} wanted; {_hardest(sentences)}")
    if params.min_grade is not None and found < params.min_grade:
        value = max(0.0, 1 - (params.min_grade - found) / _GRADES_TO_ZERO)
        yield _Fault(value, f"reading grade {found:.1f}, at least {params.min_grade:g} wanted")
    yield from _length(sentences, [len(word_list(sentence)) for sentence in sentences], params, unit="words")


def _chinese(sentences: list[str], params: ReadabilityParams) -> Iterator[_Fault]:
    if params.min_sentence is params.max_sentence is params.max_uncommon is None:
        yield _Fault(0.0, "the draft is Chinese, and bounds are set for English only (min_grade, max_grade)")
    yield from _length(sentences, [len(word_list(sentence)) for sentence in sentences], params, unit="characters")
    text = "".join(sentences)
    found = uncommon(text)
    share = len(found) / max(1, len(han(text)))
    if params.max_uncommon is not None and share > params.max_uncommon:
        shown = "、".join(dict.fromkeys(found[:_SHOWN]))
        limit = f"at most {params.max_uncommon:.0%} wanted"
        yield _Fault(1 - (share - params.max_uncommon), f"{share:.0%} of the characters are uncommon, {limit}: {shown}")


def _length(sentences: list[str], sizes: list[int], params: ReadabilityParams, *, unit: str) -> Iterator[_Fault]:
    mean = sum(sizes) / len(sizes)
    if params.max_sentence is not None and mean > params.max_sentence:
        longest = quoted(sentences[sizes.index(max(sizes))], _QUOTED)
        wanted = f"at most {params.max_sentence:g} wanted; the longest, with {max(sizes)}, is {longest}"
        yield _Fault(params.max_sentence / mean, f"{mean:.1f} {unit} a sentence, {wanted}")
    if params.min_sentence is not None and mean < params.min_sentence:
        yield _Fault(
            mean / params.min_sentence, f"{mean:.1f} {unit} a sentence, at least {params.min_sentence:g} wanted"
        )


def _hardest(sentences: list[str]) -> str:
    hardest = max(sentences, key=lambda sentence: _grade([sentence]))
    return f"the hardest sentence is {quoted(hardest, _QUOTED)}"


_FAULTS = {"Chinese": _chinese, "English": _english, "other": _other}
