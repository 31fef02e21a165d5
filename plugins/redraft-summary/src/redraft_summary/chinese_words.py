"""The Chinese words that a text repeats, found without a dictionary: runs of two to six characters that come again."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

from redraft_summary.stopwords import chinese_stopwords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["ChineseWords"]

_RUN = regex.compile(r"\p{Han}{2,}")
_SHORTEST, _LONGEST = 2, 6
_REPEATED = 2


class ChineseWords:
    """Cuts Chinese into the words of one text.

    A run of characters that comes again is a word, unless it is always a part of the same longer one, or a shorter one
    in it is at least twice as frequent. A text that repeats nothing is cut into pairs of characters.

    Args:
        text: The text.
    """

    def __init__(self, text: str) -> None:
        counts = Counter(gram for run in _RUN.findall(text) for part in _parts(run) for gram in _grams(part))
        repeated = {gram: count for gram, count in counts.items() if count >= _REPEATED}
        covered = {inner for gram, count in repeated.items() for inner in _inner(gram) if repeated.get(inner) == count}
        self._words = frozenset(
            gram
            for gram, count in repeated.items()
            if gram not in covered and all(repeated.get(inner, 0) < 2 * count for inner in _inner(gram))
        )

    def cut(self, run: str) -> Iterator[str]:
        """Yield the words of a run of Chinese characters; what is between them is left out."""
        for part in _parts(run):
            yield from self._cut(part) if self._words else (one + other for one, other in pairwise(part))

    def _cut(self, part: str) -> Iterator[str]:
        place = 0
        while place < len(part):
            longest = range(min(_LONGEST, len(part) - place), _SHORTEST - 1, -1)
            length = next((n for n in longest if part[place : place + n] in self._words), 0)
            if length:
                yield part[place : place + length]
            place += max(1, length)


def _parts(run: str) -> list[str]:
    """Return what stands between stop words."""
    return "".join(" " if sign in chinese_stopwords() else sign for sign in run).split()


def _grams(part: str) -> Iterable[str]:
    return (
        part[start : start + n]
        for start in range(len(part))
        for n in range(_SHORTEST, min(_LONGEST, len(part) - start) + 1)
    )


def _inner(gram: str) -> Iterable[str]:
    return (inner for inner in _grams(gram) if inner != gram)
