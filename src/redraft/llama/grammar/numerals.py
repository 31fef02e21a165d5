"""The decimal numerals of a bounded number: what may begin one, what is one, what ends one soonest."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from redraft.errors import DefinitionError
from redraft.llama.grammar.shape import DIGITS

if TYPE_CHECKING:
    from redraft.llama.grammar.shape import Number

__all__ = ["ending_of", "is_complete", "is_start"]

DECIMALS = 10
"""Longest fraction of a number."""

_START = re.compile(r"-?(?:(?:0|[1-9]\d{0,14})(?:\.\d{0,10})?)?", re.ASCII)
_WHOLE = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)


@lru_cache(maxsize=4096)
def is_complete(shape: Number, text: str) -> bool:
    """Return whether the text is a number of this shape."""
    if not _WHOLE.fullmatch(text) or text == "-0" or (shape.whole and "." in text):
        return False
    return shape.holds(Decimal(text))


@lru_cache(maxsize=4096)
def is_start(shape: Number, text: str) -> bool:
    """Return whether a number of this shape begins with the text."""
    if not _START.fullmatch(text) or (shape.whole and ("." in text or text == "-0")):
        return False
    return any(_overlaps(shape, low, high) for low, high in _reach(shape, text))


@lru_cache(maxsize=1024)
def ending_of(shape: Number, text: str) -> str | None:
    """Return the fewest characters that make the text a number of this shape, or None."""
    ends = [""]
    for _ in range(DIGITS + DECIMALS + 2):
        done = next((end for end in ends if is_complete(shape, text + end)), None)
        if done is not None:
            return done
        longer = (end + char for end in ends for char in "0123456789.-")
        ends = [end for end in longer if is_start(shape, text + end)][:64]
    if not text:
        raise DefinitionError(f"no number of at most {DECIMALS} decimals is within {shape.low} and {shape.high}")
    return None


def _reach(shape: Number, text: str) -> list[tuple[Decimal, Decimal]]:
    """Return the intervals of values that numbers beginning with the text can have."""
    if text in {"", "-"}:
        edge = Decimal(10**DIGITS)
        return [(-edge, edge)] if not text else [(-edge, Decimal(-1 if shape.whole else 0))]
    negative = text.startswith("-")
    digits, dot, fraction = text.removeprefix("-").partition(".")
    if dot:
        low = Decimal(f"{digits}.{fraction or 0}")
        spans = [(low, low + _below(len(fraction)))]
    else:
        step = Decimal(0) if shape.whole else _below(0)
        growth = range(DIGITS - len(digits) + 1) if digits != "0" else range(1)
        spans = [(Decimal(digits) * 10**k, (Decimal(digits) + 1) * 10**k - 1 + step) for k in growth]
    return [(-high, -low) for low, high in spans] if negative else spans


def _below(decimals: int) -> Decimal:
    """Return the largest fraction that the remaining decimals can add."""
    return Decimal(1).scaleb(-decimals) - Decimal(1).scaleb(-DECIMALS)


def _overlaps(shape: Number, low: Decimal, high: Decimal) -> bool:
    low, high = max(low, shape.low), min(high, shape.high)
    if shape.step > 1:
        first = (low / shape.step).to_integral_value(ROUND_CEILING) * shape.step
        return any(shape.holds(value) for value in (first, first + shape.step) if value <= high)
    return low < high or (low == high and shape.holds(low))
