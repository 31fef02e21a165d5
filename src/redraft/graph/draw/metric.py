"""How much room text and lines take: in pixels, or in the cells of a terminal."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import regex
from rich.cells import cell_len

from redraft.graph.draw.wording import NO_BREAK

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CELLS", "PIXELS", "Metric", "wrapped"]

_GRAPHEME = regex.compile(r"\X")
# Advances of DejaVu Sans in ems, the widest of the fonts that are likely to be there, rounded up.
_ADVANCES = {
    0.3: "ijl'|",
    0.43: ' \N{NO-BREAK SPACE}!"(),-./:;I[\\]`frtJ',
    0.65: "abcdeghknopqsuvxyz0123456789?$*_{}L",
    0.85: "w+<=>~#^ABCDEFGHKNOPQRSTUVXYZ&§≥≤→×",
    1.0: "mMW@%…",
}
_WIDTHS = {sign: width for width, signs in _ADVANCES.items() for sign in signs}
_OTHER = 0.95
_WIDE = 1.1
_BOLD = 1.15
TITLE, TEXT = 14, 12


class Width(Protocol):
    """The width of a text."""

    def __call__(self, text: str, *, bold: bool) -> int:
        """Return it, in bold or not."""


@dataclass(frozen=True, slots=True)
class Metric:
    """The measures of a picture.

    Args:
        width: The width of a text, in bold or not.
        title: The height of a box's first line.
        line: The height of every other line.
        side: The blank at the left and right of a box's text, its border included.
        edge: The blank above and below it.
        gap: The blank between what stands side by side.
        beside: The blank between a line and its label.
        port: The least distance of two lines at a box.
        pitch: The distance of two lines that run across.
        head: The room that an arrow's head takes.
        lead: The room that a line takes before it turns.
        rise: The least room between two rows of boxes.
        bar: The height of a fan-out's bar.
        behind: How far each copy of a box stands out that writes several drafts.
        wide: The widest text of a box.
        label: The widest text of a label.
    """

    width: Width
    title: int
    line: int
    side: int
    edge: int
    gap: int
    beside: int
    port: int
    pitch: int
    head: int
    lead: int
    rise: int
    bar: int
    behind: int
    wide: int
    label: int


def wrapped(text: str, wide: int, width: Callable[[str], int]) -> list[str]:
    """Return a text in lines of at most a width; a word that is longer than a line is broken between characters.

    A no-break space keeps what it joins on one line, and is a space there.
    """
    lines, line = [], ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if width(joined) <= wide:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, wide, width)
        lines += full
    return [one.replace(NO_BREAK, " ") for one in ([*lines, line] if line else lines)]


def _broken(word: str, wide: int, width: Callable[[str], int]) -> list[str]:
    if width(word) <= wide:
        return [word]
    if NO_BREAK in word:
        return wrapped(word.replace(NO_BREAK, " "), wide, width)
    lines, line = [], ""
    for match in _GRAPHEME.finditer(word):
        if line and width(line + match[0]) > wide:
            lines.append(line)
            line = ""
        line += match[0]
    return [*lines, line]


def _pixels(text: str, *, bold: bool) -> int:
    ems = sum(map(_advance, text))
    return round(ems * TITLE * _BOLD if bold else ems * TEXT) + 1


def _advance(sign: str) -> float:
    if sign in _WIDTHS:
        return _WIDTHS[sign]
    if unicodedata.combining(sign):
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF":
        return _WIDE
    base = unicodedata.normalize("NFD", sign)[0]
    return _WIDTHS.get(base, _OTHER)


def _cells(text: str, *, bold: bool) -> int:  # noqa: ARG001 -- a `Width`
    return cell_len(text)


PIXELS = Metric(
    width=_pixels,
    title=18,
    line=16,
    side=14,
    edge=9,
    gap=26,
    beside=8,
    port=22,
    pitch=12,
    head=10,
    lead=7,
    rise=28,
    bar=5,
    behind=5,
    wide=210,
    label=190,
)
CELLS = Metric(
    width=_cells,
    title=1,
    line=1,
    side=2,
    edge=1,
    gap=2,
    beside=2,
    port=4,
    pitch=1,
    head=1,
    lead=0,
    rise=1,
    bar=1,
    behind=0,
    wide=26,
    label=24,
)
