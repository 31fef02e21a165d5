"""Numbers in English words: `twenty-three`, `a hundred and five`, `two thirds`, `two and a half`, `half`, `third`."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import regex

from redraft.numbers.figures import PERCENT, SCALES
from redraft.numbers.number import Number

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["english_numbers"]

_UNITS = {
    name: value
    for value, name in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], 1)
}
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = (
    {"zero": 0}
    | _UNITS
    | {name: value for value, name in enumerate(_TEENS, 10)}
    | {name: value * 10 for value, name in enumerate(_TENS, 2)}
)
_PARTS = {"half": 2, "quarter": 4}
# Not `first` and `second`: they are more often an adverb and a time than a number.
_ORDINALS = {
    "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "hundredth": 100, "thousandth": 1000,
}  # fmt: skip
_AFTER_TENS = {"first": 1, "second": 2} | {name: value for name, value in _ORDINALS.items() if value < 10}  # noqa: PLR2004


def _one_of(*names: str) -> str:
    return rf"(?:{'|'.join(sorted(names, key=len, reverse=True))})(?![^\W_])"


_UNIT, _SCALE = _one_of(*_UNITS), _one_of(*(set(SCALES) - {"hundred"}))
_BELOW_100 = rf"(?:{_one_of(*_TENS)}(?:[\s-]{_UNIT})?|{_one_of(*_TEENS)}|{_UNIT})"
_LAST_100 = rf"{_BELOW_100}(?![\s-]hundred)"
_BELOW_1000 = rf"(?:(?:{_BELOW_100}|an?)[\s-]hundred(?![^\W_])(?:(?:\s+and)?[\s-]{_LAST_100})?|{_BELOW_100})"
_CARDINAL = (
    rf"(?:(?:{_BELOW_1000}|an?)[\s-]{_SCALE}(?:\s+{_BELOW_1000}[\s-]{_SCALE})*"
    rf"(?:\s+(?:and\s+)?{_BELOW_1000}(?![\s-]{_SCALE}))?|{_BELOW_1000}|zero(?![^\W_]))"
)
_PART, _ORDINAL = _one_of(*_PARTS, *_ORDINALS), _one_of(*_ORDINALS)
_MANY = _one_of("halves", *(f"{name}s" for name in ("quarter", *_ORDINALS)))
_FRACTION = rf"(?:(?P<one>one|an?)[\s-](?P<part>{_PART})|(?P<top>{_CARDINAL})[\s-](?P<parts>{_MANY}))"
_NUMBER = rf"""
    (?<![^\W_])(?:(?<sign>minus|negative)\s)?
    (?: (?:(?P<whole>{_CARDINAL})\s+and\s+)?{_FRACTION}
      | (?P<tens>{_one_of(*_TENS)})[\s-](?P<last>{_one_of(*_AFTER_TENS)})
      | (?P<cardinal>{_CARDINAL})(?:\s+point(?P<decimals>(?:\s+(?:zero|{_UNIT}))+))?
      | (?P<half>half(?:\sa\sdozen)?)(?![^\W_])
      | (?P<ordinal>{_ORDINAL})
    )
    (?P<percent>{PERCENT})?
"""


def english_numbers(text: str) -> Iterator[Number]:
    """Yield the numbers that stand in English words in a text."""
    for match in _pattern().finditer(text):
        value = _value(match) * (-1 if match["sign"] else 1)
        yield Number(
            value / 100 if match["percent"] else value,
            match.group(),
            match.start(),
            "words",
            percent=match["percent"] is not None,
            ordinal=bool(match["ordinal"] or match["last"]),
        )


@cache
def _pattern() -> regex.Pattern[str]:
    """Return what finds a number: compiled at import, it would hold up every command."""
    return regex.compile(_NUMBER, regex.VERBOSE | regex.IGNORECASE)


def _value(match: regex.Match[str]) -> Fraction:
    if match["cardinal"]:
        return Fraction(_cardinal(match["cardinal"])) + _decimals(match["decimals"] or "")
    if match["half"]:
        return Fraction(6) if "dozen" in match["half"].casefold() else Fraction(1, 2)
    if match["last"]:
        return Fraction(_SMALL[match["tens"].casefold()] + _AFTER_TENS[match["last"].casefold()])
    if match["ordinal"]:
        return Fraction(_ORDINALS[match["ordinal"].casefold()])
    whole = _cardinal(match["whole"]) if match["whole"] else 0
    name = (match["part"] or match["parts"].replace("halves", "halfs").removesuffix("s")).casefold()
    return whole + Fraction(_cardinal(match["top"]) if match["top"] else 1, (_PARTS | _ORDINALS)[name])


def _cardinal(words: str) -> int:
    """Return what a cardinal's words amount to: `two million three hundred and one`."""
    total = group = 0
    for word in regex.findall(r"\w+", words.casefold()):
        if word in _SMALL:
            group += _SMALL[word]
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word in SCALES:
            total, group = total + max(group, 1) * SCALES[word], 0
    return total + group


def _decimals(words: str) -> Fraction:
    digits = "".join(str(_SMALL[word]) for word in words.casefold().split())
    return Fraction(f"0.{digits}") if digits else Fraction(0)
