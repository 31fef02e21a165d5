"""A number as it stands in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["Form", "Number"]

Form = Literal["digits", "words", "han"]
"""How a number is written: `1,000`, `a thousand` or `一千`."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was read from a text.

    Args:
        value: What it amounts to, exactly; `5%` is 1/20.
        text: How it is written.
        start: Where it begins in the text.
        form: Whether it is written in digits, in English words or in Chinese numerals.
        percent: Whether it is written as a percentage.
        ordinal: Whether it says a place in an order: `3rd`, `third`, `第三`.
    """

    value: Fraction
    text: str
    start: int
    form: Form
    percent: bool = False
    ordinal: bool = False

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.start + len(self.text)
