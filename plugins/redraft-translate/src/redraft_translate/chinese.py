"""The characters that only Simplified or only Traditional Chinese writes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["simplified_only", "traditional_only"]


@cache
def simplified_only() -> frozenset[str]:
    """Return the characters that Traditional Chinese writes in another way: `国`, `这`."""
    return _sections()[0]


@cache
def traditional_only() -> frozenset[str]:
    """Return the characters that Simplified Chinese writes in another way: `國`, `這`."""
    return _sections()[1]


def _sections() -> tuple[frozenset[str], frozenset[str]]:
    text = files("redraft_translate").joinpath("chinese.txt").read_text(encoding="utf-8")
    _, _, rest = text.partition("[simplified]")
    simplified, _, traditional = rest.partition("[traditional]")
    return frozenset("".join(simplified.split())), frozenset("".join(traditional.split()))
