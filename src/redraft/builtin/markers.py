"""Markers: text that gives away that something else than the answer stands in a draft."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Marker", "markers"]

_AT_START = r"\A[\s#*_>`\"“「]*({pattern})"


@dataclass(frozen=True, slots=True)
class Marker:
    """A pattern of text that leaked, and what it is.

    Args:
        pattern: Found in a draft that has the marker; its last group, where it has one, is what is shown.
        what: What the marker gives away, as the reason says it.
        unless: Found in a prompt that asks for such text, so that the marker proves nothing.
    """

    pattern: regex.Pattern[str]
    what: str
    unless: regex.Pattern[str] | None = None


@cache
def markers() -> tuple[Marker, ...]:
    """Return all markers, in English and Chinese."""
    table = tomllib.loads(files("redraft.builtin").joinpath("markers.toml").read_text(encoding="utf-8"))
    words = table["words"]
    at_start = [_marker(row, _AT_START, words) for row in table["start"]]
    return (*at_start, *(_marker(row, "{pattern}", words) for row in table["anywhere"]))


def _marker(row: Mapping[str, str], place: str, words: Mapping[str, str]) -> Marker:
    pattern = place.replace("{pattern}", row["pattern"])
    for name, choices in words.items():
        pattern = pattern.replace(f"{{{name}}}", choices)
    unless = regex.compile(row["unless"], regex.IGNORECASE) if "unless" in row else None
    return Marker(regex.compile(pattern, regex.IGNORECASE), row["what"], unless)
