"""What is held out: words that no training example shows together."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations
from typing import TYPE_CHECKING

from training.families.replies.lexicon import YOU, lexicon
from training.families.replies.scene import known_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from training.families.family import Item

__all__ = ["is_held_out", "shown"]

ONE_IN = {"places": 10, "asked": 10, "known": 24}
"""Two places in one task; two things asked for or said in one turn; a thing of a place."""
_WORD = re.compile(r"[A-Za-z]+")
_CLAUSE = re.compile(r"[.?!;,]|\band\b")


def is_held_out(item: Item, texts: Iterable[str]) -> bool:
    """Whether an item, or a text, shows a pair that is held out."""
    return any(_is_kept_back(*pair) for pair in shown(item, texts))


def shown(item: Item, texts: Iterable[str] = ()) -> set[tuple[str, str, str]]:
    """Return the pairs that an item and some texts show, each behind its kind."""
    pairs = {_pair("places", *two) for two in combinations(sorted({one.place for one in known_of(item)}), 2)}
    pairs |= {_pair("known", one.place, one.attribute) for one in known_of(item) if one.place != YOU}
    asked = [key.rpartition(" ") for key in item.truth["asked"]]
    pairs |= {_pair("known", place, name) for place, _, name in asked if place != YOU}
    pairs |= _together([name for *_, name in asked])
    for text in (*item.inputs["turns"], *texts):
        pairs |= _in_text(text)
    return pairs


def _together(names: Iterable[str]) -> set[tuple[str, str, str]]:
    return {_pair("asked", *two) for two in combinations(sorted(set(names)), 2)}


@lru_cache(maxsize=4096)
def _in_text(text: str) -> frozenset[tuple[str, str, str]]:
    pairs = _together(_attributes(text))
    pairs |= {_pair("places", *two) for two in combinations(sorted(_places(text)), 2)}
    for clause in _CLAUSE.split(text):
        pairs |= {_pair("known", place, name) for place in _places(clause) for name in _attributes(clause)}
    return frozenset(pairs)


def _attributes(text: str) -> Iterator[str]:
    words = frozenset(_WORD.findall(text))
    return (one.name for one in lexicon().attributes.values() if not words.isdisjoint(one.seen))


def _places(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text)) & frozenset(lexicon().places)


def _pair(kind: str, one: str, other: str) -> tuple[str, str, str]:
    return kind, one, other


@lru_cache(maxsize=4096)
def _is_kept_back(kind: str, one: str, other: str) -> bool:
    digest = blake2b(f"replies {kind} {one} {other}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) % ONE_IN[kind] == 0
