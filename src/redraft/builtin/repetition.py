"""The evaluator `repetition`: how much of a draft repeats what it said before."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel, ConfigDict, Field

from redraft.evaluation import evaluator
from redraft.task import Score
from redraft.text import folded, is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.task import Draft

__all__ = ["RepetitionParams", "repetition"]

# An address is one word: lists of addresses begin alike, and repeat nothing.
_WORD = regex.compile(
    r"(?:https?://|www\.)\S{1,200}|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[^\W_]{1,40}"
)
_SIGN = regex.compile(r"(\S)\1{0,39}")
_LOOKED_AT = 50_000
_SAMPLE = 1_000
_SHOWN = 60


class RepetitionParams(BaseModel):
    """How much repetition is ordinary.

    Attributes:
        tolerated: Share of the text that may be repeated at no cost.
        length: From how many words on (or characters, in scripts without spaces) a sequence counts as repeated; by
            default 4 words, or 8 characters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tolerated: float = Field(default=0.1, ge=0, lt=1)
    length: int | None = Field(default=None, ge=1, le=100)


@evaluator("repetition", kind="heuristic", params=RepetitionParams)
def repetition(draft: Draft, params: RepetitionParams) -> Score:
    """How little of the draft repeats an earlier part of it: 1 for ordinary text, near 0 for a loop."""
    seen = _looked_at(draft.text)
    tokens = _tokens(folded(seen))
    size = params.length or (8 if _mostly_unspaced(tokens) else 4)
    share = _repeated_share(tokens, size)
    if share <= params.tolerated:
        return Score(1.0)
    value = 1 - (share - params.tolerated) / (1 - params.tolerated)
    return Score(max(0.0, value), [_reason(share, tokens, size, cut=len(seen) < len(draft.text))])


def _looked_at(text: str) -> str:
    """Return a text, or the ends of a very long one: a loop begins early or never ends."""
    return text if len(text) <= 2 * _LOOKED_AT else f"{text[:_LOOKED_AT]}\n{text[-_LOOKED_AT:]}"


def _tokens(text: str) -> list[str]:
    """Return the words of a text, or its signs where it hardly has any words."""
    words = _WORD.findall(text)
    signs = sum(not sign.isspace() for sign in text)
    if 2 * sum(map(len, words)) >= signs:
        return words
    return [match.group() for match in _SIGN.finditer(text)]


def _mostly_unspaced(tokens: list[str]) -> bool:
    sample = tokens[:_SAMPLE]
    return 2 * sum(map(is_unspaced, sample)) > len(sample)


def _repeated_share(tokens: list[str], size: int) -> float:
    """Return the share of tokens that lie in a sequence which stood in the text before."""
    seen: set[tuple[str, ...]] = set()
    repeated, end = 0, 0
    for start, gram in enumerate(_grams(tokens, size)):
        if gram in seen:
            repeated += start + size - max(start, end)
            end = start + size
        seen.add(gram)
    return repeated / len(tokens) if tokens else 0.0


def _reason(share: float, tokens: list[str], size: int, *, cut: bool) -> str:
    gram, count = Counter(_grams(tokens, size)).most_common(1)[0]
    shown = ("" if is_unspaced(gram[0]) else " ").join(gram)[:_SHOWN]
    where = f" (of its first and last {_LOOKED_AT:,} characters)" if cut else ""
    return f'{share:.0%} of the text is repeated{where}: "{shown}" occurs {count} times'


def _grams(tokens: list[str], size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(islice(tokens, start, None) for start in range(size)), strict=False)
