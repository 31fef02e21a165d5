"""A derivation: which letters of an acronym come from a title, in the title's order."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import regex

from redraft.text import folded

__all__ = ["Derivation", "derivation"]

# A capital inside a word begins a part of it: IntraText, EnviroNmenT.
_WORD = regex.compile(r"\p{Han}|\p{Lu}(?=\p{Lu}\p{Ll})|\p{Lu}*\p{Ll}+|\p{Lu}+|\p{Lo}+")
_LETTER = regex.compile(r"\p{L}")
_SMALL = frozenset(regex.split(" ", "a an and at by de du for from in la of on or the to us with 与 與 和 及 的 之"))
_MOST_LETTERS = 64
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True, order=True)
class Derivation:
    """How an acronym comes from a title.

    Args:
        letters: How many of its letters the title gives, in the title's order.
        words: How many words of the title give one; articles, prepositions and the like are not counted.
    """

    letters: int = 0
    words: int = 0


def derivation(acronym: str, title: str) -> tuple[Derivation, Derivation]:
    """Return how an acronym comes from a title at best, and how it would if nothing were missing.

    Each word of the title may give nothing, or its first letter and any that follow it in the word, in their order. A
    Chinese character counts as a word.

    Examples:
        >>> derivation("RADR", "Radio Detection And Ranging")
        (Derivation(letters=4, words=3), Derivation(letters=4, words=3))
    """
    wanted = _plain(acronym)[:_MOST_LETTERS]
    words = [_plain(match.group()) for match in _WORD.finditer(unicodedata.normalize("NFC", title))][:_MOST_WORDS]
    # best[n]: what the words so far give of the first n letters.
    best = [Derivation()] * (len(wanted) + 1)
    for word in words:
        best = _with_word(best, wanted, word)
    return best[-1], Derivation(len(wanted), sum(word not in _SMALL for word in words))


def _with_word(best: list[Derivation], wanted: str, word: str) -> list[Derivation]:
    after = list(best)
    counts = word not in _SMALL
    for start, letter in enumerate(wanted):
        if not word.startswith(letter):
            continue
        before, place, end = best[start], 0, start
        while end < len(wanted) and place >= 0:
            end, place = end + 1, word.find(wanted[end + 1], place + 1) if end + 1 < len(wanted) else -1
            after[end] = max(after[end], Derivation(before.letters + end - start, before.words + counts))
    for end in range(1, len(after)):
        after[end] = max(after[end], after[end - 1])
    return after


def _plain(text: str) -> str:
    """Return a text's letters without case and accents."""
    return "".join(_LETTER.findall(unicodedata.normalize("NFKD", folded(text))))
