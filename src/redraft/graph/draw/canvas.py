"""A canvas of terminal cells: lines that know where they go, and text over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import regex
from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DOWN", "LEFT", "RIGHT", "UP", "Canvas", "LineStyle"]

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
LineStyle: TypeAlias = Literal["light", "heavy", "dashed"]
_SIGNS: dict[LineStyle, str] = {
    "light": " ╵╷│╴╯╮┤╶╰╭├─┴┬┼",
    "heavy": " ╹╻┃╸┛┓┫╺┗┏┣━┻┳╋",
    "dashed": " ╵╷╎╴╯╮┤╶╰╭├╌┴┬┼",
}
"""The sign for each sum of directions in which lines leave a cell."""
_TIES = {"─": "┬┴", "━": "┯┷", "═": "╤╧", "╌": "┬┴", "┷": "┿┷", "┯": "┯┿"}
"""The side of a frame with a line that leaves it downwards, and upwards."""
_GRAPHEME = regex.compile(r"\X")


class Canvas:
    """Cells by columns and rows.

    Args:
        width: How many columns.
        height: How many rows.
    """

    def __init__(self, width: int, height: int) -> None:
        self._cells = [[" "] * width for _ in range(height)]
        self._lines: dict[tuple[int, int], int] = {}

    def put(self, x: int, y: int, text: str) -> None:
        """Write a text from a cell on; a wide character takes two."""
        for match in _GRAPHEME.finditer(text):
            size = cell_len(match[0])
            for column, sign in enumerate([match[0], *[""] * (size - 1)]):
                if 0 <= y < len(self._cells) and 0 <= x + column < len(self._cells[y]):
                    self._cells[y][x + column] = sign
                    self._lines.pop((x + column, y), None)
            x += size

    def line(self, x: int, y: int, directions: int, style: LineStyle) -> None:
        """Let lines leave a cell in these directions, beside those that do already."""
        self._lines[x, y] = self._lines.get((x, y), 0) | directions
        self._cells[y][x] = _SIGNS[style][self._lines[x, y]]

    def tie(self, x: int, y: int, directions: int) -> None:
        """Let a line leave the side of a frame, upwards or downwards."""
        ties = _TIES.get(self._cells[y][x])
        if ties:
            self._cells[y][x] = ties[directions == UP]

    def rows(self) -> Iterable[str]:
        """Return all rows, without blanks at their ends."""
        return ("".join(row).rstrip() for row in self._cells)
