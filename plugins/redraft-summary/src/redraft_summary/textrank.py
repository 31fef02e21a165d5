"""The key terms of a text, by TextRank.

Mihalcea & Tarau (2004), "TextRank: Bringing Order into Texts": words that stand close together recommend each other,
and the rank of a word is PageRank's on that graph. English words are compared by their Porter stems.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import regex

from redraft.text import folded, sentence_list
from redraft_summary.chinese_words import ChineseWords
from redraft_summary.stopwords import english_stopwords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Term", "key_terms_of", "stems", "uses"]

_DAMPING, _ITERATIONS, _SETTLED = 0.85, 100, 1e-6
_WINDOW = 2
_LONGEST = 200_000
_SHORTEST = 3
# The drafts of a run have one source.
_KEPT = 64
_UNIT = regex.compile(r"(?P<word>[^\W\d_\p{Han}]+(?:['’][^\W\d_\p{Han}]+)?)|(?P<run>\p{Han}{2,})")


@dataclass(frozen=True, slots=True)
class Term:
    """A key term: as the text writes it most often, and what it is compared by."""

    text: str
    stem: str


@lru_cache(maxsize=_KEPT)
def key_terms_of(text: str, count: int) -> tuple[Term, ...]:
    """Return the key terms of a text, the highest ranked first.

    Args:
        text: The text; of a very long one, its first 200,000 characters.
        count: How many at most.
    """
    plain = folded(text[:_LONGEST])
    chinese = ChineseWords(plain)
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    edges: Counter[tuple[str, str]] = Counter()
    for sentence in sentence_list(plain):
        units = list(_units(sentence, chinese))
        for stem, form in units:
            forms[stem][form] += 1
        for place, (one, _) in enumerate(units):
            edges.update((one, other) for other, _ in units[place + 1 : place + _WINDOW] if other != one)
    ranks = _ranks(forms, edges)
    ranked = sorted(forms, key=lambda stem: (-ranks[stem], stem))[:count]
    return tuple(Term(forms[stem].most_common(1)[0][0], stem) for stem in ranked)


def stems(text: str) -> frozenset[str]:
    """Return the stems of a text's words."""
    return frozenset(_stem(match["word"]) for match in _UNIT.finditer(folded(text)) if match["word"])


def uses(term: Term, text: str, stems_of_text: frozenset[str]) -> bool:
    """Return whether a text, given folded and with its stems, uses a term."""
    return term.stem in (text if _is_han(term.stem) else stems_of_text)


def _units(sentence: str, chinese: ChineseWords) -> Iterator[tuple[str, str]]:
    """Yield the stem and the form of each word that can be a term, in order."""
    for match in _UNIT.finditer(sentence):
        if match["run"]:
            yield from ((word, word) for word in chinese.cut(match["run"]))
        elif len(match["word"]) >= _SHORTEST and match["word"] not in english_stopwords():
            yield _stem(match["word"]), match["word"]


def _ranks(stems: Iterable[str], edges: Mapping[tuple[str, str], int]) -> dict[str, float]:
    """Return PageRank's rank of each stem on the undirected graph of neighbours, weighted by how often they meet."""
    weights: dict[str, Counter[str]] = {stem: Counter() for stem in stems}
    for (one, other), count in edges.items():
        weights[one][other] += count
        weights[other][one] += count
    places = {stem: place for place, stem in enumerate(weights)}
    links = [
        (place, places[other], n / weights[other].total())
        for place, row in enumerate(weights.values())
        for other, n in row.items()
    ]
    ranks = _settled(links, len(places))
    return dict(zip(places, ranks, strict=True))


def _settled(links: Sequence[tuple[int, int, float]], count: int) -> list[float]:
    """Return PageRank's ranks, given which place is recommended by which other with what share of its vote."""
    to, by, share = (np.array(column) for column in zip(*links, strict=True)) if links else (np.array([], int),) * 3
    ranks: NDArray[np.floating] = np.ones(count)
    for _ in range(_ITERATIONS if count else 0):
        new = 1 - _DAMPING + _DAMPING * np.bincount(to, ranks[by] * share, count)
        moved = np.abs(new - ranks).max()
        ranks = new
        if moved < _SETTLED:
            break
    return [float(rank) for rank in ranks]


def _is_han(stem: str) -> bool:
    return regex.match(r"\p{Han}", stem) is not None


def _stem(word: str) -> str:
    """Return an English word's Porter stem, as rouge-score computes it."""
    plain = word.replace("’", "'").removesuffix("'s")
    return _stemmed(plain) if plain.isascii() else plain


@cache
def _stemmed(word: str) -> str:
    from nltk.stem.porter import PorterStemmer

    stem: str = PorterStemmer().stem(word)
    return stem
