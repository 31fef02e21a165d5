"""An equation between calculations with figures: what a text says that they are, and whether it is so."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Equation", "Side", "equation_list", "shown"]

_FIGURE = r"[$€£¥]?(?:[0-9]{1,3}(?:,[0-9]{3})++(?![0-9])|[0-9]++)(?:\.[0-9]++)?"
_SIGN = r"(?:[ \t]*[-+−–*×·/÷][ \t]*|[ \t]+x[ \t]+)"
_SIDE = rf"{_FIGURE}(?:{_SIGN}{_FIGURE})*+"
# What stands around a calculation and may belong to it: then it is not read, rather than read wrongly.
_BEFORE = r"(?<![\p{L}\p{N}.,_]|[-+−–*×·/÷^=(√≈<>%][ \t]*|\b(?:plus|minus|times|of|over|by|x)[ \t]+)"
_BEHIND = (
    r"(?![\p{N}_^]|[.,][0-9]|[ \t]*[-+−–*×·/÷^=%(!]|[ \t]+[0-9]"
    r"|[ \t]*(?:x|k|m|r|remainder|and|hundred|thousand|million|billion|dozen|percent|plus|minus|times|over)\b)"
)
_EQUATION = regex.compile(rf"{_BEFORE}(?>(?P<side>{_SIDE})(?:[ \t]*=[ \t]*(?P<side>{_SIDE}))++){_BEHIND}")
_PART = regex.compile(rf"(?P<figure>{_FIGURE})|(?P<sign>[-+−–*×·/÷x])")
_TIMES, _OVER, _PLUS = "*×·x", "/÷", "+"
_PLACES = 2


@dataclass(frozen=True)
class Side:
    """One side of an equation, as it is written: a figure, or figures and signs between them."""

    text: str

    @cached_property
    def numbers(self) -> tuple[Fraction, ...]:
        """The figures, in their order."""
        return tuple(_read(match["figure"]) for match in _PART.finditer(self.text) if match["figure"])

    @property
    def calculated(self) -> bool:
        """Whether there is something to calculate."""
        return len(self.numbers) > 1

    @cached_property
    def value(self) -> Fraction | None:
        """What the calculation gives, products and quotients first; None where it divides by nothing."""
        signs = [match["sign"] for match in _PART.finditer(self.text) if match["sign"]]
        terms = [self.numbers[0]]
        for sign, number in zip(signs, self.numbers[1:], strict=True):
            if sign in _OVER and number == 0:
                return None
            if sign in _TIMES:
                terms[-1] *= number
            elif sign in _OVER:
                terms[-1] /= number
            else:
                terms.append(number if sign == _PLUS else -number)
        return sum(terms, Fraction(0))

    @property
    def rounding(self) -> Fraction:
        """By how much a figure with decimals may differ from what it is rounded from."""
        _, point, decimals = self.text.partition(".")
        return Fraction(1, 2 * 10 ** len(decimals)) if point and not self.calculated else Fraction(0)


@dataclass(frozen=True)
class Equation:
    """Two calculations or more, said to be equal: `12 + 37 = 49`."""

    sides: tuple[Side, ...]

    @property
    def result(self) -> Side:
        """What it says in the end."""
        return self.sides[-1]

    @property
    def given(self) -> Iterator[Fraction]:
        """The numbers that it calculates with."""
        return (number for side in self.sides if side.calculated for number in side.numbers)

    @property
    def fault(self) -> str | None:
        """What is wrong with it, or None where it holds."""
        return next((fault for one, other in pairwise(self.sides) if (fault := _fault(one, other))), None)


def equation_list(text: str) -> list[Equation]:
    """Return the equations of a text, in their order.

    What has brackets, powers, per cent, letters or words between its figures is none: it is not understood.
    """
    found = (Equation(tuple(map(Side, match.captures("side")))) for match in _EQUATION.finditer(text))
    return [equation for equation in found if any(side.calculated for side in equation.sides)]


def shown(value: Fraction) -> str:
    """Return a number as a person writes it: with two decimals where it has more."""
    places = next((places for places in range(_PLACES) if (value * 10**places).denominator == 1), _PLACES)
    return f"{float(value):,.{places}f}" if value.denominator != 1 else str(value.numerator)


def _fault(one: Side, other: Side) -> str | None:
    first, second = one.value, other.value
    if first is None or second is None:
        return f"{(one if first is None else other).text} divides by 0"
    if abs(first - second) <= one.rounding + other.rounding:
        return None
    if one.calculated and other.calculated:
        return f"{one.text} is {shown(first)}, but {other.text} is {shown(second)}"
    if other.calculated:
        return _fault(other, one)
    return f"{one.text} is {shown(first)}, not {other.text}"


def _read(figure: str) -> Fraction:
    return Fraction(figure.lstrip("$€£¥").replace(",", ""))
