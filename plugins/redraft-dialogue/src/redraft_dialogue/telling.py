"""Telling: whether a text has the value of a fact."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import regex

from redraft.numbers import number_list
from redraft.text import folded
from redraft_dialogue.content import content, shared

if TYPE_CHECKING:
    from fractions import Fraction

    from redraft_dialogue.facts import Fact

__all__ = ["affirms", "numbers_in", "supposes", "tells"]

_YES, _NO = ("yes", "true", "是", "对", "對", "有"), ("no", "false", "none", "否", "不", "没有", "無", "无")
_NAME = regex.compile(r"\p{Lu}[\p{L}'’\-]+")


def affirms(fact: Fact) -> bool | None:
    """Return whether a fact's value is a yes or a no; None where it is neither."""
    value = folded(fact.value).strip(" .。")
    return value in _YES if value in (*_YES, *_NO) else None


def tells(text: str, fact: Fact) -> bool:
    """Return whether a text has the value of a fact: its numbers, or where there are none its content words.

    Examples:
        >>> from redraft_dialogue.facts import Fact
        >>> [tells(text, Fact("opens: 9", "opens", "9")) for text in ("We open at nine.", "At 10.")]
        [True, False]
    """
    numbers = numbers_in(fact.value)
    if numbers:
        return numbers <= numbers_in(text)
    words = content(fact.value)
    return len(shared(words, content(text))) == len(words) if words else folded(fact.value) in folded(text)


def supposes(clause: str, fact: Fact) -> bool | None:
    """Return whether a yes-or-no question supposes a fact's own value, or another; None where that is not seen.

    Another value is another number for a number, another name for a name.
    """
    if affirms(fact) is not None:
        return affirms(fact)
    if tells(clause, fact):
        return True
    if numbers_in(fact.value):
        return False if numbers_in(clause) else None
    if not _NAME.match(fact.value):
        return None
    names = content(" ".join(_NAME.findall(clause.partition(" ")[2])))
    return False if names - shared(names, content(fact.text)) else None


@lru_cache(maxsize=256)  # facts and turns are looked at again with every draft
def numbers_in(text: str) -> frozenset[Fraction]:
    """Return the values of the numbers that a text has."""
    return frozenset(number.value for number in number_list(text))
