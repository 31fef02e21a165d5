"""Occurrences: where a text uses a word or phrase, in any of its forms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import regex

from redraft.text import folded, is_unspaced
from redraft_text.lexicon import lemmas_of

__all__ = ["Searched"]

_SIGN = r"(?:(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])[^\W_])"
# `n't` is a word of its own, and so is what stands before it.
_TOKEN = regex.compile(rf"{_SIGN}+?(?=n['’]t(?![^\W_]))|(?<=[^\W_])n(?=['’]t(?![^\W_]))|{_SIGN}+")
_GAP = regex.compile(r"[\s'’*_\-]*")
_SPACED = regex.compile(r"[\w\s'’\-]+")
# What may come between the two characters of a separable verb: 帮了忙, 见过面, 帮我一个忙.
_BETWEEN = "[了过過着著个個一两兩几幾次回场場下点點些我你您他她它们們咱的什么麼不得]{1,5}"


@dataclass(frozen=True, slots=True)
class _Token:
    lemmas: frozenset[str]
    start: int
    end: int


class Searched:
    """A text in which words are looked for."""

    def __init__(self, text: str) -> None:
        self.text = folded(text)

    @cached_property
    def _tokens(self) -> list[_Token]:
        found = _TOKEN.finditer(self.text)
        return [_Token(lemmas_of(match.group()), match.start(), match.end()) for match in found]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Where each lemma stands, as positions in the list of tokens."""
        places: dict[str, list[int]] = {}
        for position, token in enumerate(self._tokens):
            for lemma in token.lemmas:
                places.setdefault(lemma, []).append(position)
        return places

    @cached_property
    def _unspaced(self) -> tuple[str, list[int]]:
        """The text without blanks, and where each of its characters stands in the text."""
        kept = [place for place, sign in enumerate(self.text) if not sign.isspace()]
        return "".join(self.text[place] for place in kept), kept

    def starts(self, word: str) -> list[int]:
        """Return where a word or phrase begins, in the order of the text; see `spans`."""
        return [start for start, _ in self.spans(word)]

    def spans(self, word: str) -> list[tuple[int, int]]:
        """Return from where to where a word or phrase stands, in the order of the text.

        A word of a script without spaces is found anywhere, and so are the forms of Chinese verbs and adjectives that
        take it apart: 帮了忙 and 高高兴兴 use 帮忙 and 高兴.
        """
        word = folded(word)
        if is_unspaced(word):
            joined, places = self._unspaced
            pattern = _pattern_of_unspaced("".join(word.split()))
            return [(places[match.start()], places[match.end() - 1] + 1) for match in pattern.finditer(joined)]
        parts = [lemmas_of(match.group()) for match in _TOKEN.finditer(word)]
        if not parts or not _SPACED.fullmatch(word):
            return [match.span() for match in _literal(word).finditer(self.text)]
        begins = sorted({place for lemma in parts[0] for place in self._places.get(lemma, ())})
        found = [place for place in begins if self._follows(place, parts)]
        return [(self._tokens[place].start, self._tokens[place + len(parts) - 1].end) for place in found]

    def _follows(self, place: int, parts: list[frozenset[str]]) -> bool:
        """Return whether the parts of a phrase stand one after another from a token on."""
        tokens = self._tokens[place : place + len(parts)]
        if len(tokens) < len(parts) or any(t.lemmas.isdisjoint(part) for t, part in zip(tokens, parts, strict=True)):
            return False
        return all(_GAP.fullmatch(self.text, a.end, b.start) for a, b in pairwise(tokens))


def _pattern_of_unspaced(word: str) -> regex.Pattern[str]:
    choices = [regex.escape(word)]
    if regex.fullmatch(r"\p{Han}{2}", word):
        first, second = word[0], word[1]
        choices += [f"{first}{first}{second}{second}", f"{first}{first}{second}", f"{first}{_BETWEEN}{second}"]
    return regex.compile("|".join(choices))


def _literal(word: str) -> regex.Pattern[str]:
    """Return a pattern for a word with signs in it: `c++` is in `c++11`, `$5` is not in `$50`."""
    before = r"(?<![^\W_])" if word[0].isalnum() else ""
    after = r"(?![^\W_])" if word[-1].isalnum() else ""
    return regex.compile(before + regex.escape(word) + after)
