"""Quantities: numbers with what they count, so that five miles are not held against three dogs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

from redraft.numbers import number_list
from redraft.text import folded
from redraft_dialogue.content import content, shared

if TYPE_CHECKING:
    from fractions import Fraction

    from redraft.numbers import Number

__all__ = ["Quantity", "quantities"]

_NEXT = regex.compile(r"[\s\-]*(?P<han>\p{Han})|[\s\-]*(?P<one>[^\W\d_]+)(?:\s+(?P<two>[^\W\d_]+))?")
_SIGNS = {
    "$": frozenset({"$", "dollars", "美", "元"}),
    "€": frozenset({"€", "euros", "欧"}),
    "£": frozenset({"£", "pounds", "英"}),
    "¥": frozenset({"¥", "yen", "yuan", "元", "日"}),
}
_COMPARES = regex.compile(
    r"(?:[\s\-]*[^\W\d_]+){0,2}?[\s\-]*\b(?:more|fewer|less|times|additional|extra|older|younger|longer|shorter|taller|"
    r"higher|lower|left|remaining|as)\b|[\s\-]*\p{Han}{0,3}?(?:倍|以上|以下|多于|少于)"
)
_COMPARED = regex.compile(
    r"\b(?:another|additional|extra|other|more|less|fewer|remaining)\W*$|(?:多|少|另外?|还有|剩下?|又)\W*$"
)
_BESIDE = 20
_YEARS = (1000, 2100)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, how it is written, what it counts (nothing where that is not said), and whether it compares.

    `3 more dogs` and `3 times as many` say nothing against `5 dogs`.
    """

    value: Fraction
    text: str
    unit: frozenset[str]
    compares: bool = False

    def may_replace(self, other: Quantity) -> bool:
        """Return whether this one counts the same as another, as far as both say what."""
        if self.compares is not other.compares:
            return False
        return not self.unit or not other.unit or bool(shared(self.unit, other.unit))


@lru_cache(maxsize=256)  # each sentence is held against each fact
def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text.

    Examples:
        >>> [(str(one.value), sorted(one.unit)) for one in quantities("It has 3 big dogs, a 5 % share, and 20 euros.")]
        [('3', ['big', 'dogs']), ('1/20', ['%']), ('20', ['euros'])]
    """
    return tuple(
        Quantity(number.value, number.text, _unit(number, text), compares=_compares(number, text))
        for number in number_list(text)
    )


def _compares(number: Number, text: str) -> bool:
    before, after = folded(text[max(0, number.start - _BESIDE) : number.start]), text[number.end :]
    return bool(_COMPARES.match(folded(after[: 2 * _BESIDE])) or _COMPARED.search(before))


def _unit(number: Number, text: str) -> frozenset[str]:
    if number.percent or number.ordinal:
        return frozenset({"%" if number.percent else "place"})
    before = text[: number.start].rstrip()[-1:]
    if before in _SIGNS:
        return _SIGNS[before]
    if number.value.denominator == 1 and _YEARS[0] < number.value < _YEARS[1] and number.text.isdigit():
        return frozenset({"year"})
    match = _NEXT.match(text, number.end)
    if match is None:
        return frozenset()
    if match["han"]:
        return frozenset({match["han"]})
    first = content(match["one"])
    return (first | content(match["two"] or "")) if first else frozenset()
