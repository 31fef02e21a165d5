"""The words of passages, and which of them never stand together in training."""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "CONTAINERS",
    "COUNTED",
    "MOST",
    "NAMES",
    "PLACES",
    "SIGNS",
    "THINGS",
    "VERBS",
    "held_calculation",
    "hidden",
    "plural",
]

NAMES = (
    "Tom", "Sam", "Ben", "Max", "Leo", "Dan", "Jack", "Paul", "Ann", "Mia", "Amy", "Eva", "Lily", "Rosa",
    "Kate", "Jane",
)  # fmt: skip
THINGS = (
    "ball", "key", "stick", "stone", "rope", "lamp", "pen", "kite", "picture", "phone", "camera", "blanket",
    "flower", "clock", "plate", "umbrella", "candle", "balloon", "book", "letter", "map", "drum", "hat",
    "ring",
)  # fmt: skip
PLACES = (
    "kitchen", "garden", "park", "house", "garage", "yard", "field", "forest", "room", "library", "office",
    "shop", "box", "bag", "car", "tent",
)  # fmt: skip
COUNTED = (
    "apple", "egg", "orange", "banana", "cookie", "carrot", "flower", "stone", "balloon", "candle", "book",
    "pen",
)  # fmt: skip
CONTAINERS = ("box", "bag", "basket", "bus", "room", "car")
PLURALS = {"box": "boxes", "bus": "buses"}
MOST = 99
"""The greatest number."""
SIGNS = {"+": lambda one, other: one + other, "-": lambda one, other: one - other, "*": lambda one, other: one * other}
"""What a calculation may do, by how it is written."""
VERBS = ("put", "left", "moved", "gave", "took", "found", "bought", "has", "had", "ate", "lost", "sold")

EVERY_PAIR, EVERY_SUM = 40, 8
"""One pair of words in so many is held out, and one calculation of two numbers."""
_CALCULATION = re.compile(r"(?<![\d.])(\d+) ([-+*]) (\d+)(?![\d.])")
_WORD = re.compile(r"[A-Za-z]+")
_PAIRED = frozenset(NAMES) | frozenset(THINGS) | frozenset(PLACES)


def plural(word: str) -> str:
    """Return the plural of a word."""
    return PLURALS.get(word, f"{word}s")


def hidden(texts: Iterable[str]) -> bool:
    """Whether texts show what is held out: a thing and a person or place in one sentence, or a calculation."""
    return any(_held_pair(sentence) for sentence in _sentences(texts)) or any(_held_sum(text) for text in texts)


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    return (sentence for text in texts for sentence in re.split(r"[.?!\n]", text))


def _held_pair(sentence: str) -> bool:
    found = sorted(_PAIRED.intersection(_WORD.findall(sentence)))
    return any(_one_in(EVERY_PAIR, *pair) for pair in combinations(found, 2))


def _held_sum(text: str) -> bool:
    return any(held_calculation(int(one), sign, int(other)) for one, sign, other in _CALCULATION.findall(text))


def held_calculation(one: int, sign: str, other: int) -> bool:
    """Whether a calculation never stands in training; the order of a sum or product does not matter."""
    pair = (one, other) if sign == "-" else tuple(sorted((one, other)))
    return _one_in(EVERY_SUM, sign, *map(str, pair))


@cache
def _one_in(count: int, *parts: str) -> bool:
    return int.from_bytes(blake2b(" ".join(parts).encode(), digest_size=4).digest()) % count == 0
