"""Text that flows into a terminal as it is made, wrapped at words behind a bar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redraft.cli.console import escape, plain_glyphs

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["BAR", "Flow"]

BAR = "│ "
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
# A newline, a run of blanks, one character of a script that is written without blanks, or a word.
_PIECE = re.compile(rf"\n|[^\S\n]+|[{_WIDE}]|[^\s{_WIDE}]+")
_LONGEST_WORD = 200


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
        self._blanks = ""
        self.empty = True

    def write(self, text: str) -> None:
        """Show all words of the text but the last, which may go on."""
        pieces = _PIECE.findall(escape(self._waiting + text))
        self._waiting = pieces.pop() if pieces and len(pieces[-1]) < _LONGEST_WORD else ""
        for piece in pieces:
            self._put(piece)

    def close(self) -> None:
        """Show what waits, and end the line."""
        self._put(self._waiting)
        self._waiting = ""
        if self._column:
            self._end_line()

    def _put(self, piece: str) -> None:
        if piece == "\n":
            self._start_line()
            self._end_line()
        elif piece.isspace():
            self._blanks += piece
        elif piece:
            self._put_word(piece)

    def _put_word(self, word: str) -> None:
        from rich.cells import cell_len

        size = cell_len(self._blanks + word)
        if self._width and self._column > len(BAR) and self._column + size > self._width:
            self._end_line()
        self._start_line()
        self._out(self._blanks + word)
        self._column += cell_len(self._blanks + word)
        self._blanks = ""

    def _start_line(self) -> None:
        if not self._column:
            self._out(BAR, style="dim")
            self._column = len(BAR)

    def _end_line(self) -> None:
        self._out("\n")
        self._column = 0
        self._blanks = ""

    def _out(self, text: str, style: str | None = None) -> None:
        self.empty = False
        self._console.print(plain_glyphs(text, self._console.encoding), end="", style=style)
