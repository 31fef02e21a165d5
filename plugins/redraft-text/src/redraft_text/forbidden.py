"""The evaluator `forbidden`: words, phrases or patterns that a draft must not have."""

from __future__ import annotations

import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, Self

import regex
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from redraft import Score, evaluator
from redraft.reasons import quoted
from redraft.text import folded, is_unspaced
from redraft_text.given import given_list
from redraft_text.occurrence import Searched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft import Draft, Task

__all__ = ["ForbiddenParams", "forbidden"]

_MOST_PATTERN = 2_000
_AROUND = 20
_MOST_FOUND = 1_000


class ForbiddenParams(BaseModel):
    """What must not appear; where neither words nor patterns are set, the words of the task's input `forbidden`.

    Attributes:
        words: Words or phrases; case and width do not matter.
        patterns: Regular expressions that must match nowhere; a line's start and end are `^` and `$`.
        inflected: Whether other forms of the words are forbidden too: *ran* where *run* is.
        seconds: Time that each pattern may take.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    inflected: bool = False
    seconds: float = Field(default=1.0, gt=0, le=30)

    @field_validator("patterns")
    @classmethod
    def _are_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if len(pattern) > _MOST_PATTERN:
                raise ValueError(f"a pattern has at most {_MOST_PATTERN} characters")
            try:
                regex.compile(pattern)
            except (regex.error, RecursionError) as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return patterns

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if any(not word.strip() for word in self.words):
            raise ValueError("a forbidden word is empty")
        return self


@evaluator("forbidden", kind="verifier", params=ForbiddenParams)
def forbidden(draft: Draft, task: Task, params: ForbiddenParams) -> Score:
    """Whether the draft is free of words, phrases and patterns that must not appear."""
    text = _seen(draft.text)
    words = () if params.patterns and not params.words else given_list(task, "forbidden", params.words)
    reasons, count = [], 0
    # Folding a letter may make two of it; then the places are those of the folded text.
    shown = text if len(text) == len(folded(text)) else folded(text)
    found = [(shown, *hit) for hit in _of_words(text, words, params)]
    found += [(text, *hit) for hit in _of_patterns(text, params)]
    for source, rule, places in found:
        if places:
            count += len(places)
            reasons.append(f"{rule} must not appear: {_shown(source, places)}")
    return Score(1 / (1 + count), reasons)


def _seen(text: str) -> str:
    """Return a text as a reader sees it: without invisible characters, which would hide a word, and composed."""
    visible = "".join(sign for sign in text if sign in "\n\t\r" or unicodedata.category(sign) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFKC", visible)


def _of_words(text: str, words: tuple[str, ...], params: ForbiddenParams) -> Iterator[tuple[str, list[int]]]:
    searched = Searched(text)
    for word in words:
        places = searched.starts(word) if params.inflected else _literally(searched.text, folded(word))
        yield f'"{word}"', places[:_MOST_FOUND]


def _literally(text: str, word: str) -> list[int]:
    """Return where a folded text has a folded word as it is, and not inside a longer one."""
    if is_unspaced(word):
        parts = r"\s*".join(regex.escape(sign) for sign in "".join(word.split()))
        return [match.start() for match in regex.finditer(parts, text)]
    before = r"(?<![^\W_])" if word[0].isalnum() else ""
    after = r"(?![^\W_])" if word[-1].isalnum() else ""
    parts = r"[\s\-]+".join(regex.escape(part) for part in regex.split(r"[\s\-]+", word))
    return [match.start() for match in regex.finditer(before + parts + after, text)]


def _of_patterns(text: str, params: ForbiddenParams) -> Iterator[tuple[str, list[int]]]:
    for pattern in params.patterns:
        try:
            matches = regex.finditer(pattern, text, regex.MULTILINE, timeout=params.seconds, concurrent=True)
            yield f"what matches {pattern}", [match.start() for match in islice(matches, _MOST_FOUND)]
        except TimeoutError:
            raise TimeoutError(f"matching {pattern} took longer than {params.seconds:g} s") from None


def _shown(text: str, places: list[int]) -> str:
    """Return where something stands: the line, its words, and how often it comes again."""
    start = places[0]
    around = quoted(text[max(0, start - _AROUND) : start + 2 * _AROUND], 3 * _AROUND)
    line = text.count("\n", 0, start) + 1
    more = f", and {len(places) - 1} times more" if len(places) > 1 else ""
    return f"line {line}, {around}{more}"
