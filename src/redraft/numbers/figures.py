"""Numbers in digits: `1,000`, `-2.5`, `1 1/2`, `½`, `3e5`, `5 million`, `80k`, `5%`, `3rd`."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING

import regex

from redraft.numbers.number import Number

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PERCENT", "SCALES", "figures", "plain_digits", "read_figure"]

SCALES = {"dozen": 12, "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

PERCENT = r"\s?(?:%|‰|(?:percent|per\ cent|percentage\ points?)(?![^\W_]))"
"""What makes a number before it a percentage; a part of a verbose pattern."""

# Longer ones are no number that anybody wrote.
_LONGEST = 100
_WIDE = "\uff05\uff0b\uff0c\uff0d\uff0e\uff0f"
_VULGAR = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
_WHOLE = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,3}(?:[\u00a0\u2009\u202f][0-9]{3})+(?![0-9])|[0-9]+)"
_FIGURE = regex.compile(
    rf"""
    (?=[-−+.0-9\\{_VULGAR}])(?<![\p{{Latin}}_.0-9])
    (?P<sign>(?<![\p{{L}}\p{{N}})\]}}%])[-−+])?
    (?:
        \\[dt]?frac\{{(?P<top>[0-9]{{1,9}})\}}\{{(?P<bottom>[0-9]{{1,9}})\}}
      | (?P<whole>[0-9]+)?(?P<vulgar>[{_VULGAR}])
      | (?<![0-9]/)(?:(?P<whole2>[0-9]+)[ ])?(?P<top2>[0-9]+)/(?P<bottom2>[0-9]+)(?![/0-9]|\.[0-9])
      | (?:(?P<plain>{_WHOLE})(?P<decimals>\.[0-9]+)?|(?<![0-9])(?P<below>\.[0-9]+))
        (?P<power>[eE][-+]?[0-9]{{1,3}}(?![0-9\p{{L}}])|[ ]?[×x*][ ]?10\^\{{?[-−]?[0-9]{{1,3}}\}}?)?
    )
    (?P<scale>[ -](?:{"|".join(SCALES)})(?![^\W_]) | [kK](?![^\W_]))?
    (?: (?P<percent>\\?{PERCENT}) | (?P<ordinal>(?:st|nd|rd|th)(?![^\W_])) )?
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


def plain_digits(text: str) -> str:
    """Return a text of the same length with every decimal digit, and the signs of wide ones, in ASCII."""
    return text if text.isascii() else "".join(_plain(sign) for sign in text)


def _plain(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return chr(ord(sign) - 0xFEE0) if sign in _WIDE else sign


def figures(text: str) -> Iterator[Number]:
    """Yield the numbers that stand in digits in a text of plain digits."""
    for match in _FIGURE.finditer(text):
        value = _value(match) if len(match.group()) <= _LONGEST else None
        if value is None:
            continue
        unit = 1000 if (match["percent"] or "").strip() == "‰" else 100
        yield Number(
            value / unit if match["percent"] else value,
            match.group(),
            match.start(),
            "digits",
            percent=match["percent"] is not None,
            ordinal=match["ordinal"] is not None or text[: match.start()].endswith("第"),
        )


def read_figure(digits: str) -> Fraction:
    """Return the value of plain digits, with separators of thousands or a decimal point."""
    return Fraction(regex.sub(r"[,\s]", "", digits))


def _value(match: regex.Match[str]) -> Fraction | None:
    size = _decimal(match) if match["plain"] or match["below"] else _fraction(match)
    if size is None:
        return None
    scale = (match["scale"] or "").strip(" -").casefold()
    return size * {"": 1, "k": 1000, **SCALES}[scale] * (-1 if match["sign"] in ("-", "−") else 1)


def _decimal(match: regex.Match[str]) -> Fraction:
    size = read_figure((match["plain"] or "0") + (match["decimals"] or match["below"] or ""))
    power = (match["power"] or "").replace("−", "-")
    exponent = regex.search(r"[-+]?[0-9]+(?=\}?$)", power)
    return size * Fraction(10) ** int(exponent.group()) if exponent else size


def _fraction(match: regex.Match[str]) -> Fraction | None:
    """Return the value of a whole with a fraction, or None where it is none: `1/0`, `2026 24/7`."""
    if match["vulgar"]:
        return int(match["whole"] or 0) + Fraction(unicodedata.numeric(match["vulgar"])).limit_denominator(10)
    top, bottom = int(match["top"] or match["top2"]), int(match["bottom"] or match["bottom2"])
    if not bottom or (match["whole2"] and top >= bottom):
        return None
    return int(match["whole2"] or 0) + Fraction(top, bottom)
