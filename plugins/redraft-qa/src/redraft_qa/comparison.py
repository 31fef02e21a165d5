"""A comparison of answers: as numbers where both are, else as words."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import regex
from pydantic import Field

from redraft_qa.normalisation import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.answer import Answer
    from redraft.numbers import Number

__all__ = ["EXACT", "Tolerance", "same_answer", "same_number"]

EXACT = 1e-9
"""How far apart, relative to the right one, numbers may be that count as equal: as far as floats are inexact."""

Tolerance = Annotated[float, Field(ge=0, le=1)]

_DECIMALS = regex.compile(r"\.([0-9]+)")
_ROUNDED = 2


def same_answer(given: Answer, wanted: Answer, *, tolerance: float = EXACT) -> bool:
    """Return whether two answers say the same: the same number where both have one, else the same words."""
    if given.number and wanted.number:
        return same_number(given.number, wanted.number, tolerance=tolerance)
    return normalised(given.text) == normalised(wanted.text)


def same_number(given: Number, wanted: Number, *, tolerance: float = EXACT) -> bool:
    """Return whether a number is the right one.

    `5%` is 0.05, and the 5 of a task that asks for percent. A number with two or more decimals is right where the
    wanted one rounds to it: `0.33` is a third.

    Args:
        given: The number of an answer.
        wanted: The right number.
        tolerance: How far apart they may be, relative to the right one.
    """
    return any(
        abs(one - other) <= max(Fraction(tolerance) * abs(other), _rounding(given) * scale)
        for one, scale in _readings(given)
        for other, _ in _readings(wanted)
    )


def _readings(number: Number) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield what a number may mean, each with what a unit of its text is worth then."""
    if number.percent:
        yield number.value, Fraction(1, 100)
        yield number.value * 100, Fraction(1)
    else:
        yield number.value, Fraction(1)


def _rounding(number: Number) -> Fraction:
    decimals = _DECIMALS.search(number.text)
    places = len(decimals[1]) if decimals and _DECIMALS.sub("", number.text, 1).strip("-−+0123456789,% ") == "" else 0
    return Fraction(1, 2 * 10**places) if places >= _ROUNDED else Fraction(0)
