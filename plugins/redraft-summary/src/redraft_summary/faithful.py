"""The evaluator `faithful`: whether a summary has names, numbers or other words that its source lacks."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel, ConfigDict

from redraft import Score, evaluator
from redraft.numbers import number_list
from redraft.reasons import few
from redraft.text import excerpt
from redraft_summary.grounding import lacking, words_that_say
from redraft_summary.inputs import source_of
from redraft_summary.names import KnownNames, names

if TYPE_CHECKING:
    from collections.abc import Collection

    from redraft import Draft, Task
    from redraft.numbers import Number

__all__ = ["FaithfulParams", "faithful"]

_MOST = 200_000
# The drafts of a run have one source.
_KEPT = 16
# Said loosely, these are no numbers: one of them, half the class, 一个.
_LOOSE = frozenset({Fraction(1), Fraction(1, 2)})
_HEDGE = regex.compile(
    r"(?:\b(?:about|almost|approximately|around|nearly|over|under|roughly|(?:more|less) than|at (?:least|most)|up to)"
    r"|~|≈|约|約|大约|大約|近|将近|將近|超过|超過|不到|至少|最多|逾)\s*[$€£¥]?$",
    regex.IGNORECASE,
)


class FaithfulParams(BaseModel):
    """What is looked at.

    Attributes:
        names: Whether names are.
        numbers: Whether numbers are.
        words: Whether all other words are, those left out that say nothing of a subject (`the`, `because`, `could`).
        own: Words that a summary may have of its own, in any form; of use with `words`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: bool = True
    numbers: bool = True
    words: bool = False
    own: tuple[str, ...] = ()


@evaluator("faithful", kind="heuristic", needs=("source",), params=FaithfulParams)
def faithful(draft: Draft, task: Task, params: FaithfulParams) -> Score:
    """Share of the draft's names and numbers, or of all its words, that its source has, however written there."""
    source, text = source_of(task), draft.text[:_MOST]
    checked, reasons = 0, []
    numbers = _numbers(text)
    if params.numbers:
        values = _values(source)
        checked += len(numbers)
        reasons += [
            f'the source has no number "{excerpt(number.text)}"' for number in numbers if not _has(values, number, text)
        ]
    found = names(text, _known(source)) if params.names or params.words else []
    if params.names:
        checked += len(found)
        reasons += [f'the source has no name "{excerpt(name)}"' for name in found if not _known(source).has(name)]
    if params.words:
        said = words_that_say(text, but=(*found, *(number.text for number in numbers)))
        checked += len(said)
        reasons += [f'the source has no word "{excerpt(word)}"' for word in lacking(said, source, own=params.own)]
    return Score(1 - len(reasons) / checked if checked else 1.0, few(reasons))


def _numbers(text: str) -> list[Number]:
    """Return the numbers of a text, each value once, without those that are said loosely."""
    found = {
        number.value: number
        for number in reversed(number_list(text))
        if number.form == "digits" or number.value not in _LOOSE
    }
    return list(reversed(found.values()))


@lru_cache(maxsize=_KEPT)
def _known(source: str) -> KnownNames:
    return KnownNames(source)


@lru_cache(maxsize=_KEPT)
def _values(text: str) -> frozenset[Fraction]:
    """Return what the numbers of a text may be called: 5 % is 0.05, and the 5 of a table in percent."""
    numbers = number_list(text)
    return frozenset(number.value for number in numbers) | {number.value * 100 for number in numbers if number.percent}


def _has(values: Collection[Fraction], number: Number, text: str) -> bool:
    if number.value in values:
        return True
    if not _HEDGE.search(text[max(0, number.start - 20) : number.start]):
        return False
    step = _step(number.value)
    return any(abs(value - number.value) < step for value in values)


def _step(value: Fraction) -> Fraction:
    """Return what the last digit of a number counts that is not zero: 100,000 for 1.2 million."""
    step = Fraction(1)
    while value and (value / step).denominator > 1:
        step /= 10
        if step < Fraction(1, 10**6):
            return step
    while value and (value / (step * 10)).denominator == 1:
        step *= 10
    return step
