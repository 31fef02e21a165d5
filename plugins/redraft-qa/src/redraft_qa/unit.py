"""A unit: what a number is a number of, found by its names in English and Chinese."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

__all__ = ["PERCENT", "Unit", "currency_before", "per_before", "read_unit"]

# Shorter names are symbols: their case counts (mm, Mm), and they have no plural.
_WORD_LENGTH = 3
_RATIO = regex.compile(r"\s*(?:(?P<sure>/|per\b|each\b|每)|an?\b)\s*")
_CURRENCY = regex.compile(r"(?:\b(?:US|HK)\$|[$€£¥￥₹₩]|\b[A-Z]{3})\s*[-−]?\s*$")
_PER = regex.compile(r"每\s*(?P<unit>\p{Han}{1,3}?)(?:[行跑走骑开飞]\p{Han}?)?\s*$")
_WORD = regex.compile(r"[\p{L}-]+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and its dimension: `km` of `length`, `km/h` of `length/time`. Units of one dimension are compatible."""

    name: str
    dimension: str

    def __truediv__(self, other: Unit) -> Unit:
        return Unit(f"{self.name}/{other.name}", f"{self.dimension}/{other.dimension}")


PERCENT = Unit("percent", "share")
"""The unit of percentages."""


def read_unit(text: str, start: frozenset[Unit] = frozenset()) -> tuple[frozenset[Unit], str]:
    """Return what unit a text begins with, and the text behind it.

    A unit may be over another one: `km/h`, `dollars per egg`. `m` and `pounds` stand for several units; where a text
    begins with none, there are none.

    Args:
        text: The text.
        start: The unit that stood before it: the dollars of `$5/hour`.
    """
    rest = text.lstrip()
    above, rest = (start, rest) if start else _one(rest)
    ratio = _RATIO.match(rest) if above else None
    if ratio is None:
        return above, rest
    below, behind = _one(rest[ratio.end() :])
    if not below and ratio["sure"]:
        below, behind = _counted(rest[ratio.end() :])
    return (frozenset(one / other for one in above for other in below), behind) if below else (above, rest)


def currency_before(text: str) -> frozenset[Unit]:
    """Return the currency whose sign or code a text ends with: `$`, `US$`, `EUR `."""
    match = _CURRENCY.search(text)
    found = _units().get(match.group().strip(" -−"), frozenset()) if match else frozenset()
    return frozenset(unit for unit in found if unit.dimension not in ("time", "length"))


def per_before(text: str) -> frozenset[Unit]:
    """Return the unit that a Chinese text puts before its number: `每小时60公里`."""
    match = _PER.search(text)
    return _units().get(match["unit"], frozenset()) if match else frozenset()


def _one(text: str) -> tuple[frozenset[Unit], str]:
    match = _names().match(text)
    return (_named(match.group()), text[match.end() :]) if match else (frozenset(), text)


def _counted(text: str) -> tuple[frozenset[Unit], str]:
    """Return the thing that a text begins with as a unit of its own: the egg of `dollars per egg`."""
    match = _WORD.match(text)
    if match is None:
        return frozenset(), text
    thing = match.group().casefold().removesuffix("s")
    return frozenset({Unit(thing, thing)}), text[match.end() :]


def _named(name: str) -> frozenset[Unit]:
    known = _units()
    plain = name.casefold()
    for key in (name, plain, plain.removesuffix("s"), plain.removesuffix("es")):
        if key in known:
            return known[key]
    return frozenset()


@cache
def _units() -> dict[str, frozenset[Unit]]:
    """Return every name with the units that it stands for; words in small letters."""
    table = tomllib.loads(files("redraft_qa").joinpath("units.toml").read_text(encoding="utf-8"))
    found: dict[str, frozenset[Unit]] = {}
    for dimension, units in table.items():
        for unit, names in units.items():
            for name in names:
                key = name.casefold() if _is_word(name) else name
                found[key] = found.get(key, frozenset()) | {Unit(unit, dimension)}
    return found


@cache
def _names() -> regex.Pattern[str]:
    names = sorted(_units(), key=len, reverse=True)
    words = "|".join(regex.escape(name) for name in names if _is_word(name))
    signs = "|".join(
        regex.escape(name) + (r"(?![^\W_])" if name[-1].isascii() and name[-1].isalnum() else "")
        for name in names
        if not _is_word(name)
    )
    return regex.compile(rf"(?i:(?:{words})(?:e?s)?(?![^\W_]))|(?:{signs})")


def _is_word(name: str) -> bool:
    letters = name.replace(" ", "").replace("-", "")
    long = len(letters) > _WORD_LENGTH or (len(letters) == _WORD_LENGTH and name.islower())
    return long and letters.isascii() and letters.isalpha()
