"""The names in a text, by how they are written: a heuristic that rather misses a name than takes a word for one.

In scripts with capital letters: words with a capital letter that do not begin a sentence, and those that do where the
word behind them has one as well; acronyms and words with a capital letter inside. In Chinese: titles in 《》, and a
common surname with a given name where a word like 教授 or 表示 follows.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import regex

from redraft.text import folded, sentence_list

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["KnownNames", "names"]

_WORD = regex.compile(r"[\p{L}\p{M}][\p{L}\p{M}\p{N}]*(?:['’&][\p{L}\p{M}\p{N}]+)*")
_PRONOUN = regex.compile(r"I(?:['’].*)?")
_CAPITAL = regex.compile(r"\p{Lu}")
_INSIDE = regex.compile(r"\p{L}\p{Lu}|\p{Lu}{2}")
# Behind these a sentence, an item or a quotation may begin.
_OPENS = frozenset(':;"“„«\u2018([{—–-*•#>|/')
_HEADLINE_SHARE, _HEADLINE_WORDS = 0.7, 3
_FULL_STOPS, _CLOSING = frozenset(".!?。！？…"), " \"'”’)»」』*_"
_TITLED = regex.compile(r"《([^《》\n]*\w[^《》\n]*)》")
_MADE_FROM = ("'s", "’s", "s'", "s’", "ians", "ian", "ans", "an", "ns", "n", "ese", "ish", "es", "s", "a", "y", "e")
_SHORTEST_STEM = 3


class KnownNames:
    """What a source can vouch for.

    Args:
        text: The source.
    """

    def __init__(self, text: str) -> None:
        self._text = "".join(folded(text).split())
        words = _WORD.findall(text)
        self._words = frozenset(folded(word) for word in words)
        self._stems = frozenset(stem for word in self._words for stem in _stems(word))
        self._initials = "".join(
            word[0] if word[0].isupper() else "" if word in _particles() else " " for word in words
        )
        self.has_capitals = regex.search(r"\p{Lu}|\p{Ll}", text) is not None
        self.has_han = regex.search(r"\p{Han}", text) is not None

    def has(self, name: str) -> bool:
        """Return whether the source has a name: its words, an inflected form of them, or what an acronym stands for."""
        if regex.search(r"\p{Han}", name) or not _WORD.fullmatch(name):
            return "".join(folded(name).split()) in self._text
        if name.isupper() and name in self._initials:
            return True
        word = folded(name)
        return word in self._words or not self._stems.isdisjoint(_stems(word))


def names(text: str, known: KnownNames) -> list[str]:
    """Return the names in a text, each once: of words with capital letters, and of Chinese.

    Args:
        text: The text.
        known: The source. Names in a script that it does not have are left out: nobody could find them there.
    """
    latin = _capitalised(text) if known.has_capitals and _CAPITAL.search(text) else []
    han = _chinese(text) if known.has_han else []
    return list(dict.fromkeys([*latin, *han]))


def _capitalised(text: str) -> list[str]:
    sentences = [sentence for line in text.splitlines() for sentence in sentence_list(line)]
    said = [list(_words(sentence)) for sentence in sentences if not _is_headline(sentence)]
    sure = {word for words in said for word, begins in words if _is_name(word) and not begins}
    found = []
    for words in said:
        for place, (word, begins) in enumerate(words):
            follows = place + 1 < len(words) and words[place + 1][0] in sure
            if word in sure or (begins and follows and _is_name(word)):
                found.append(word)
    return [word for word in found if not _PRONOUN.fullmatch(word) and folded(word) not in _openers()]


def _words(sentence: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of a sentence, and whether a word stands where one would have a capital letter anyhow."""
    end = 0
    for match in _WORD.finditer(sentence):
        between = sentence[end : match.start()].rstrip()
        begins = not end or between[-1:] in _OPENS
        yield match.group(), begins and _INSIDE.search(match.group()) is None
        end = match.end()


def _is_name(word: str) -> bool:
    return len(word) > 1 and (word[0].isupper() or _INSIDE.search(word) is not None)


def _is_headline(sentence: str) -> bool:
    """Return whether most words of a line without a full stop have a capital letter, which says nothing there."""
    words = _WORD.findall(sentence)
    capital = sum(word[0].isupper() for word in words)
    ends = sentence.rstrip(_CLOSING)[-1:] in _FULL_STOPS
    return not ends and len(words) >= _HEADLINE_WORDS and capital >= _HEADLINE_SHARE * len(words)


def _stems(word: str) -> frozenset[str]:
    """Return a folded word and what it may be made from: `Chinas`, `China's` and `Chinese` are of `China`."""
    cut = {word.removesuffix(end) for end in _MADE_FROM if len(word) - len(end) >= _SHORTEST_STEM}
    return frozenset(cut | {word})


def _chinese(text: str) -> list[str]:
    return [*_TITLED.findall(text), *(match["name"] for match in _person().finditer(text))]


@cache
def _person() -> regex.Pattern[str]:
    table = _table()
    given = rf"[\p{{Han}}--[{table['not_given']}]]{{1,2}}?"
    surname = "|".join([*table["compound_surnames"].split(), f"[{table['surnames']}]"])
    return regex.compile(rf"(?V1)(?P<name>(?:{surname}){given})(?={'|'.join(table['after_persons'].split())})")


@cache
def _openers() -> frozenset[str]:
    return frozenset(_table()["openers"].split())


@cache
def _particles() -> frozenset[str]:
    return frozenset(_table()["particles"].split())


@cache
def _table() -> dict[str, str]:
    table: dict[str, str] = tomllib.loads(files("redraft_summary").joinpath("names.toml").read_text(encoding="utf-8"))
    return table
