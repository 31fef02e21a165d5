"""Sentences in both languages, taken apart into words and put together again."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from training.families.translation.lexicon import NUMBERS, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["chinese_words", "is_chinese", "join", "joined", "sentence", "split"]

_HAN = r"\u4e00-\u9fff"
_TOKEN = re.compile(rf"\{{[^{{}}\s]*\}}|[A-Za-z]+(?:'[a-z]+)?|\d+|[{_HAN}]+|\S")
_CHINESE = re.compile(rf"[{_HAN}，。]")
_PARTICLES = (
    "的", "了", "在", "里", "上", "边", "会", "要", "将", "想", "不", "没", "没有", "这", "那", "这些", "那些", "很多",
    "许多", "一", "二", "但是", "可是", "和",
)  # fmt: skip
_LONGEST = 4
SIGNS = frozenset(",.?!")


@cache
def chinese_words() -> frozenset[str]:
    """Return every Chinese word of the family; what hangs together in a text is cut into these."""
    lex = lexicon()
    places = (text for place in lex.places.values() for text in place.chinese)
    listed = [
        *_PARTICLES,
        *(chinese for _, chinese in NUMBERS.values()),
        *(word for noun in lex.nouns.values() for word in (noun.chinese, *noun.measures)),
        *(word for verb in lex.verbs.values() for word in (*verb.chinese, verb.worn)),
        *(word.removesuffix("的") for table in (lex.adjectives, lex.of_things) for t in table.values() for word in t),
        *(text.removesuffix("里").removesuffix("上").removesuffix("边") for text in places),
        *(time.chinese for time in lex.times.values()),
        *(word for words in lex.adverbs.values() for word in words),
        *(word.removesuffix("的") for word in (*lex.pronouns.values(), *lex.possessives.values())),
        *(chinese for _, chinese in lex.terms.values()),
    ]
    return frozenset(word for word in listed if word)


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return _CHINESE.search(text) is not None


def split(text: str) -> list[str]:
    """Return the words of a text; Chinese is cut into the family's words, the longest first."""
    return list(_words(text))


@lru_cache(maxsize=10_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(word for part in _TOKEN.findall(text) for word in _cut(part))


def _cut(part: str) -> Iterator[str]:
    if not is_chinese(part):
        yield part
        return
    at, known = 0, chinese_words()
    while at < len(part):
        sizes = range(_LONGEST, 1, -1)
        size = next((size for size in sizes if part[at : at + size] in known), 1)
        yield part[at : at + size]
        at += size


def join(words: Sequence[str]) -> str:
    """Write words as they stand in a text: spaces between English ones, none in Chinese."""
    if any(map(is_chinese, words)):
        rest = (f" {two}" if _is_latin(one + two) else two for one, two in pairwise(words))
        return "".join([*words[:1], *rest])
    return "".join([*words[:1], *(word if word in SIGNS else f" {word}" for word in words[1:])])


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalpha()


def joined(words: Sequence[str]) -> str:
    """Write the words of an English sentence: a capital first, a full stop last."""
    first, *rest = words
    return join([first[:1].upper() + first[1:], *rest, "."])


def sentence(parts: Sequence[str]) -> str:
    """Write the parts of a Chinese sentence."""
    return "".join(parts) + "。"
