"""The numbers in a text that are written in digits, with what each can mean.

`redraft.numbers` gives each number the one value that it has in English or Chinese. In a translation a number may be
written as in any language, and what it means may depend on that: `1.000` is one or a thousand.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Number", "numbers"]

# Not the digits of `H2O` and `utf8`, nor the minutes of `6:00`; in Chinese, digits stand beside letters.
_LETTER = r"[\p{Latin}\p{Cyrillic}\p{Greek}]"
_DIGITS = (
    rf"(?<!{_LETTER}|\d)(?<!{_LETTER}\d[\d.]{{0,20}})(?!(?<=\d:)00(?!\d))"
    r"\d+(?:[.,'’]\d+|[\u00a0\u202f\u2009 ]\d{3}(?!\d))*"
)
_UNIT = (
    r"[百千]?[万萬亿億兆]|[百佰](?!分)|[千仟](?![克米瓦卡赫焦字帕])|[백천]?[만억조]|[천]|"
    r"(?i:thousand|million|billion(?:en)?|trillion|hundred|tausend|million(?:en)?|milliarden?|milliards?|mill[oó]n(?:es)?|"
    r"mil(?: millones)?|milion[ei]|miliard[oi]|milhões|milhão|mrd|mio|bn|тыс\w*|млн|млрд|миллион\w*|миллиард\w*)"
    r"s?(?!\p{L})|"
    r"[kKMB](?![\p{L}\d])"
)
_NUMBER = (
    rf"(?P<late>下午|晚上|傍晚|夜里|오후|午後)?\s?(?P<digits>{_DIGITS})"
    rf"(?:\s?(?P<unit>{_UNIT})|(?=(?::\d\d)?\s?(?P<pm>(?i:p\.?\s?m\b))))?"
)
_SEPARATOR = regex.compile(r"[.,'’\u00a0\u202f\u2009 ]")
_FACTORS = (
    (r"(?i)[kK]|천|千|仟|thousand.*|tausend|mil|тыс.*", 10**3),
    (r"(?i)百|佰|백|hundreds?", 10**2),
    (r"(?i)M|mio|mill.*|milion.*|milh.*|млн|миллион.*|百[万萬]|백만", 10**6),
    (r"(?i)千[万萬]|천만", 10**7),
    (r"(?i)[万萬만]", 10**4),
    (r"(?i)[亿億억]", 10**8),
    (r"(?i)B|bn|billions?|milliard.*|miliard.*|mrd|mil millones|млрд|миллиард.*", 10**9),
    (r"(?i)trillions?|billion(?:s|en)?|[兆조]", 10**12),
    (r"(?i)[百백][亿億억]", 10**10),
    (r"(?i)[千천][亿億억]", 10**11),
)
_HOURS = 12
_GROUP = 3
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a text, and the values that it can have.

    Args:
        text: What is written: `1,000`, `3万`.
        values: What it can mean; more than one where that depends on who writes.
    """

    text: str
    values: frozenset[Fraction]


def numbers(text: str, decimal: str = "") -> list[Number]:
    """Return the numbers of a text, in their order.

    Of a date, an address of the network or a version each part is a number. Signs before a number are not looked at.

    Args:
        text: The text.
        decimal: What stands before decimals in its language, `.` or `,`; where that is not known, `1.000` has both
            meanings.
    """
    plain = unicodedata.normalize("NFKC", _with_ascii_digits(text)).replace("\N{FRACTION SLASH}", "/")
    return [number for match in _pattern().finditer(plain) for number in _read(match, decimal)]


@cache
def _pattern() -> regex.Pattern[str]:
    """Return what finds a number: compiled at import, it would hold up every command of redraft."""
    return regex.compile(_NUMBER)


def _with_ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return plain.replace("\N{ARABIC THOUSANDS SEPARATOR}", "'").replace("\N{ARABIC DECIMAL SEPARATOR}", ".")


def _read(match: regex.Match[str], decimal: str) -> Iterator[Number]:
    digits = match["digits"]
    values = _values(digits, decimal)
    if not values or len(digits) > _LONGEST:
        yield from (Number(part, frozenset({Fraction(part)})) for part in _SEPARATOR.split(digits) if part)
        return
    if match["unit"]:
        bare = values if match["unit"] in "kKMB" else frozenset()
        values = bare | {value * factor for value in values for factor in _factors(match["unit"])}
    elif match["pm"] or match["late"]:
        values |= {value + _HOURS for value in values if value < _HOURS}
    yield Number(match.group().removeprefix(match["late"] or "").strip(), frozenset(values))


@lru_cache(maxsize=4096)
def _values(digits: str, decimal: str) -> frozenset[Fraction]:
    """Return what digits with separators can mean, nothing where they are several numbers."""
    marks = _SEPARATOR.findall(digits)
    parts = _SEPARATOR.split(digits)
    if not marks:
        return frozenset({Fraction(digits)})
    whole = Fraction("".join(parts))
    fraction = Fraction(f"{''.join(parts[:-1])}.{parts[-1]}")
    grouped = _is_grouped(parts)
    if len(set(marks)) > 1:
        tail = marks[-1] in ".," and marks[-1] not in marks[:-1] and _is_grouped(parts[:-1])
        return frozenset({fraction}) if tail else frozenset()
    if len(marks) > 1 or marks[0] not in ".,":
        return frozenset({whole}) if grouped else frozenset()
    if not grouped:
        # In English `1,2` lists two numbers; a point stands between whole and decimals everywhere.
        return frozenset() if marks[0] == "," and decimal == "." else frozenset({fraction})
    return {"": frozenset({whole, fraction}), marks[0]: frozenset({fraction})}.get(decimal, frozenset({whole}))


def _is_grouped(parts: list[str]) -> bool:
    """Return whether digits are grouped by thousands, or as in India: `12,34,567`."""
    first, *rest = parts
    if not rest:
        return True
    inner = {len(part) for part in rest[:-1]}
    return 0 < len(first) <= _GROUP and first[0] != "0" and len(rest[-1]) == _GROUP and inner in ({_GROUP}, {2}, set())


def _factors(unit: str) -> list[int]:
    return [factor for pattern, factor in _FACTORS if regex.fullmatch(pattern, unit)] or [1]
