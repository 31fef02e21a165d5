"""Numbers as a person writes them: in digits, in English words, in Chinese numerals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.numbers.chinese import chinese_numbers
from redraft.numbers.english import english_numbers
from redraft.numbers.figures import figures, plain_digits
from redraft.numbers.number import Form, Number

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Form", "Number", "number_list"]


def number_list(text: str) -> list[Number]:
    """Return the numbers that a text has, in their order.

    `1,000`, `-2.5`, `1 1/2`, `½`, `3e5`, `5 million`, `2 dozen`, `80k`, `5%` and `3rd`; `a hundred and five`,
    `two thirds`, `half` and `third` (not `first` and `second`, which are rarely numbers); `一百二十`, `3万5千`,
    `百分之五`, `三分之一` and `第三`. A comma separates thousands. Digits inside a word (`H2O`) are no number, and
    what names no certain number is none: `thousands`, `几十`.
    """
    plain = plain_digits(text)
    return _apart([*chinese_numbers(plain), *english_numbers(plain), *figures(plain)])


def _apart(found: Iterable[Number]) -> list[Number]:
    """Return numbers none of which stands in another: of two that overlap, the one that begins earlier or is longer."""
    kept: list[Number] = []
    for number in sorted(found, key=lambda number: (number.start, -number.end)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return kept
