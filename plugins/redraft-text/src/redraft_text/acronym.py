"""The evaluator `acronym`: whether a draft is an acronym of a title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import regex
from pydantic import BaseModel, ConfigDict, Field, model_validator

from redraft import Score, evaluator
from redraft.reasons import quoted
from redraft_text.derivation import Derivation, derivation
from redraft_text.given import given_text

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["AcronymParams", "acronym", "is_pronounceable"]

_TOKEN = regex.compile(r"\p{L}(?:[\p{L}\p{N}]|[.&'’\-](?=\p{L}))*")
_LETTER = regex.compile(r"\p{L}")
_HAN = regex.compile(r"\p{Han}")
_MARKS = regex.compile(r"""[\s.*_"'“”\u2018\u2019「」『』《》()（）。]+""")
_SHOWN = 40
# English begins and ends syllables with these, and has at most three vowel letters in a row.
_ONSET = (
    "(?:s(?:c|ch|k|l|m|n|p|ph|q|t|w|cr|kr|pl|pr|tr|pn)?|[bcfgkp][lr]?|[dt]r?|ch|dw|gn|h|j|kn|l|m|n|ps|q|r|rh|sh|shr"
    "|th|thr|tw|v|w|wh|wr|x|y|z|ph)"
)
_NUCLEUS = "(?:[aeiou]{1,3}|y)"
_CODA = (
    "(?:(?:[bdfgkmnprtvxz]|c|ck|ct|l|ld|lf|lk|lm|lp|lt|ff|ft|ll|mp|mpt|nc|nch|nd|ng|nk|nn|ns|nt|pp|ps|pt|q|rb|rc|rd|rf"
    "|rk|rl|rm|rn|rp|rs|rt|s|sc|sh|sk|sp|ss|st|th|tch|ch|ts|tt|w|x|ks|cs|h)s?)"
)
_PRONOUNCEABLE = regex.compile(f"{_ONSET}?{_NUCLEUS}(?:(?:{_CODA}{_ONSET}?|{_ONSET}){_NUCLEUS})*{_CODA}?")


class AcronymParams(BaseModel):
    """What `acronym` asks for.

    Attributes:
        min_letters: Fewest letters; of Chinese characters one fewer.
        max_letters: Most letters.
        pronounceable: Whether it should be a word that can be said, in English; Chinese always can.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_letters: int = Field(default=3, ge=1)
    max_letters: int = Field(default=10, ge=1)
    pronounceable: bool = True

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if self.min_letters > self.max_letters:
            raise ValueError("min_letters is above max_letters")
        return self


@evaluator("acronym", kind="heuristic", needs={"title": "text"}, params=AcronymParams)
def acronym(draft: Draft, task: Task, params: AcronymParams) -> Score:
    """Whether the draft is one word made of the title's letters in order, and can be said."""
    title = given_text(task, "title")
    found = _word(draft.text)
    letters = "".join(_LETTER.findall(found))
    given, whole = derivation(letters, title)
    if not whole.letters:
        return Score(0.0, ["the draft has no word"])
    others = [_alone(draft.text, found), _length(letters, params), _spread(letters, given, whole)]
    if params.pronounceable and not _HAN.search(letters):
        others.append("" if is_pronounceable(letters) else f"{quoted(found, _SHOWN)} cannot be said as a word")
    faults = [fault for fault in others if fault]
    reasons = [] if given.letters == whole.letters else [_not_derived(found, given, whole)]
    # The letters count as much as all else: a fine word that comes from somewhere else is no acronym.
    return Score(0.5 * given.letters / whole.letters * (2 - len(faults) / len(others)), [*reasons, *faults])


def is_pronounceable(letters: str) -> bool:
    """Return whether letters can be said as an English word: syllables that begin and end as English ones do."""
    return _PRONOUNCEABLE.fullmatch(letters.casefold()) is not None


def _word(text: str) -> str:
    """Return the acronym of a draft: its first word that is in capitals, or else its first word."""
    words = [match.group() for match in _TOKEN.finditer(text)]
    capital = (word for word in words if sum(map(str.isupper, word)) > 1)
    return next(capital, words[0] if words else "")


def _alone(text: str, word: str) -> str:
    rest = _MARKS.sub("", text.replace(word, "", 1))
    return "write the acronym alone, without other words" if rest else ""


def _length(letters: str, params: AcronymParams) -> str:
    least = max(1, params.min_letters - 1) if _HAN.search(letters) else params.min_letters
    if len(letters) < least:
        return f"{len(letters)} letters, at least {least} wanted"
    return f"{len(letters)} letters, at most {params.max_letters} wanted" if len(letters) > params.max_letters else ""


def _spread(letters: str, given: Derivation, whole: Derivation) -> str:
    # A Chinese acronym has a character or two of each word, and words of the title are not known there.
    if _HAN.search(letters) or 2 * given.words >= whole.words:
        return ""
    return f"only {given.words} of the title's {whole.words} words give a letter"


def _not_derived(word: str, given: Derivation, whole: Derivation) -> str:
    shown = quoted(word, _SHOWN)
    return f"only {given.letters} of the {whole.letters} letters of {shown} come from the title, in its order"
