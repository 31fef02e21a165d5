"""Sets of the characters that a string under a schema may hold."""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DOT", "WRITABLE", "Ranges", "complement", "escape_class", "union"]

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Characters as code points from, to: in order, apart from each other."""

_TOP = 0x10FFFF

WRITABLE: Ranges = ((0x08, 0x0A), (0x0C, 0x0D), (0x20, 0x7E), (0x80, 0xD7FF), (0xE000, _TOP))
"""What can be written in a JSON string without a `u` after a backslash; DEL is none of llguidance's characters."""

_LINE_ENDS: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_ASCII: dict[str, Ranges] = {
    "d": ((0x30, 0x39),),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
}
_BYTE_ORDER_MARK = (0xFEFF, 0xFEFF)


def union(parts: Iterable[Ranges]) -> Ranges:
    """Return the characters of any of the sets that can be written."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(span for part in parts for span in part):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return _common(tuple(found), WRITABLE)


def complement(ranges: Ranges) -> Ranges:
    """Return the characters that can be written and are not in the set."""
    edges = [-1, *(edge for low, high in ranges for edge in (low, high)), _TOP + 1]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return _common(tuple((low + 1, high - 1) for low, high in gaps if low + 1 < high), WRITABLE)


def _common(one: Ranges, other: Ranges) -> Ranges:
    found = []
    at = 0
    for low, high in one:
        while at and other[at - 1][1] >= low:
            at -= 1
        while at < len(other) and other[at][0] <= high:
            if other[at][1] >= low:
                found.append((max(low, other[at][0]), min(high, other[at][1])))
            at += 1
    return tuple(found)


DOT: Ranges = complement(_LINE_ENDS)
"""What a dot stands for."""


def escape_class(letter: str, *, wide: bool) -> Ranges:
    r"""Return what `\d`, `\w`, `\s` or one of their opposites stands for.

    JavaScript, whose expressions a schema has, and Python, whose libraries check it, differ in them beyond ASCII. What
    is written should pass either, so a set is what both mean, and its complement is what neither means.

    Args:
        letter: The letter after the backslash.
        wide: Whether to take what either language means.
    """
    if letter.isupper():
        return complement(escape_class(letter.lower(), wide=not wide))
    if not wide and letter in _ASCII:
        return _ASCII[letter]
    unicode = _python_class(letter)
    if letter == "s":
        marked = union([unicode, (_BYTE_ORDER_MARK,)])
        # The separators 1C to 1F and the next line 85 are blank for Python alone.
        return marked if wide else tuple(span for span in unicode if span != (0x85, 0x85))
    return unicode


@cache
def _python_class(letter: str) -> Ranges:
    everything = "".join(chr(code) for low, high in WRITABLE for code in range(low, min(high, sys.maxunicode) + 1))
    runs = (match[0] for match in re.finditer(rf"\{letter}+", everything))
    return union([tuple((ord(char), ord(char)) for char in run) for run in runs])
