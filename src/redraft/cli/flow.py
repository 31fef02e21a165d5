"""Text that flows into a terminal as it is made, wrapped at words behind a bar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redraft.cli.console import escape, plain_glyphs

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Flow"]

# A word, a run of blanks, a newline, or one character of a script that is written without blanks.
_PIECE = re.compile(
    r"\n|[^\S\n]+|[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+"
)
BAR = "│ "


class Flow:
    """Writes text piece by piece. A word is shown once it is complete, so that no word is broken at an edge.

    Args:
        console: Where it goes.
        width: Columns to stay within, or None for lines as long as they are.
    """

    def __init__(self, console: Console, *, width: int | None) -> None:
        self._console = console
        self._width = width
        self._column = 0
        self._waiting = ""
        self.empty = True

    def write(self, text: str) -> None:
        """Show all words of the text but the last, which may go on."""
        pieces = _PIECE.findall(escape(self._waiting + text))
        self._waiting = pieces.pop() if pieces else ""
        for piece in pieces:
            self._put(piece)

    def close(self) -> None:
        """Show what waits, and end the line."""
        self._put(self._waiting)
        self._waiting = ""
        if self._column:
            self._out("\n")
            self._column = 0

    def _put(self, piece: str) -> None:
        from rich.cells import cell_len

        if piece == "\n":
            self._start_line()
            self._out("\n")
            self._column = 0
        elif piece and not (piece.isspace() and self._column <= len(BAR)):
            size = cell_len(piece)
            if self._width and self._column and self._column + size > self._width:
                self._out("\n")
                self._column = 0
            piece = piece if self._column else piece.lstrip()
            self._start_line()
            self._out(piece)
            self._column += size

    def _start_line(self) -> None:
        if not self._column:
            self._out(BAR, style="dim")
            self._column = len(BAR)

    def _out(self, text: str, style: str | None = None) -> None:
        self.empty = False
        self._console.print(plain_glyphs(text, self._console.encoding), end="", style=style)
