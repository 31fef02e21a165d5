"""The line of every key in a TOML text, which tomllib does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redraft.files.place import KeyPath

__all__ = ["key_lines"]

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_LONG_BASIC = re.compile(r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''(?:[^']|'{1,2}(?!'))*'{3,5}", re.DOTALL)
_PLAIN = re.compile(r"[^,\]}#\n]*")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line of each key and list item of a text that tomllib accepts."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


class _Scanner:
    """Walks over valid TOML; what it skips is not looked into."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted = 0
        self._line = 1
        self._arrays: dict[KeyPath, int] = {}
        self.lines: dict[KeyPath, int] = {}

    def document(self) -> None:
        table: KeyPath = ()
        while self._skip_blank():
            if self._text.startswith("[[", self._at):
                table = self._header(2)
            elif self._text.startswith("[", self._at):
                table = self._header(1)
            else:
                self._pair(table)

    def _header(self, brackets: int) -> KeyPath:
        line = self._here()
        self._at += brackets
        keys = self._dotted()
        self._at += brackets
        table: KeyPath = ()
        for key in keys[:-1]:
            self.lines.setdefault((*table, key), line)
            table = self._entered((*table, key))
        table = (*table, keys[-1])
        self.lines.setdefault(table, line)
        if brackets == 2:  # noqa: PLR2004 -- the two brackets of [[table]]
            self._arrays[table] = self._arrays.get(table, -1) + 1
            table = self._entered(table)
            self.lines[table] = line
        return table

    def _entered(self, table: KeyPath) -> KeyPath:
        """Return the path inside a table: the last item where it is an array of tables."""
        return (*table, self._arrays[table]) if table in self._arrays else table

    def _pair(self, table: KeyPath) -> None:
        line = self._here()
        for key in self._dotted():
            table = (*table, key)
            self.lines.setdefault(table, line)
        self._at = self._text.index("=", self._at) + 1
        self._value(table)

    def _value(self, path: KeyPath) -> None:
        self._skip_blank()
        match self._text[self._at]:
            case "[":
                self._items(path)
            case "{":
                self._inline(path)
            case '"' | "'":
                self._string()
            case _:
                self._match(_PLAIN)

    def _items(self, path: KeyPath) -> None:
        self._at += 1
        number = 0
        while self._skip_blank() and self._text[self._at] != "]":
            self.lines[(*path, number)] = self._here()
            self._value((*path, number))
            number += 1
            self._comma()
        self._at += 1

    def _inline(self, path: KeyPath) -> None:
        self._at += 1
        while self._skip_blank() and self._text[self._at] != "}":
            self._pair(path)
            self._comma()
        self._at += 1

    def _comma(self) -> None:
        self._skip_blank()
        if self._text[self._at] == ",":
            self._at += 1

    def _dotted(self) -> list[str]:
        keys = [self._key()]
        while self._skip_blank() and self._text[self._at] == ".":
            self._at += 1
            self._skip_blank()
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._skip_blank()
        if self._text[self._at] == "'":
            return self._match(_LITERAL)[1:-1]
        if self._text[self._at] != '"':
            return self._match(_BARE)
        return str(tomllib.loads(f"key = {self._match(_BASIC)}")["key"])

    def _string(self) -> None:
        for pattern in (_LONG_BASIC, _LONG_LITERAL, _BASIC, _LITERAL):
            if self._match(pattern):
                return

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found[0]

    def _skip_blank(self) -> bool:
        self._match(_BLANK)
        return self._at < len(self._text)

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line
