"""A quotation: what a text puts between quotation marks, and whether another text has it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import regex

from redraft.text import folded, words

__all__ = ["Quotation", "Source", "plain", "quotations"]

_QUOTED = regex.compile(
    r'(?<![\p{Latin}\p{N}])"(?=\S)(?P<straight>[^"\n]+?)(?<=\S)"(?![\p{Latin}\p{N}])'
    r"|“(?P<curly>[^“”]+)”|„(?P<low>[^„“”]+)[“”]|「(?P<corner>[^「」]+)」|『(?P<white>[^『』]+)』|«(?P<angle>[^«»]+)»"
)
_BLOCK = regex.compile(r"(?:^[ \t]*>[^\n]*\n?)+", regex.MULTILINE)
_BLOCK_SIGN = regex.compile(r"^[ \t]*>[ \t]?", regex.MULTILINE)
_LEFT_OUT = regex.compile(r"\[[^\]\s]*\]|\.{3,}|…+|(?:\. ){2}\.")
_EDGES = " .,;:!?。，、；：！？-'\"*_"
_MARKS = str.maketrans("\u2018’\u201a“”„«»–—−", '\'\'\'"""""---')
_SPACE = regex.compile(r"\s+")
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"
# Two letters or digits of scripts that put spaces between words.
_INSIDE = regex.compile(rf"[^\W_{_UNSPACED}]{{2}}")
_HAN_SPACE = regex.compile(rf"(?<=[{_UNSPACED}，。、；：！？]) | (?=[{_UNSPACED}])")


@dataclass(frozen=True)
class Quotation:
    """What a text quotes, as it stands there."""

    text: str

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """What is quoted, folded, between the places where something was left out: `…`, `[…]`, `[he]`."""
        parts = (plain(part).strip(_EDGES) for part in _LEFT_OUT.split(self.text))
        return tuple(part for part in parts if part)

    @property
    def words(self) -> int:
        """How many words are quoted in a row; a character of a script without spaces is one."""
        return max(words(part) for part in self.parts)


class Source:
    """A text that may be quoted.

    Args:
        text: The whole text.
    """

    def __init__(self, text: str) -> None:
        self._text = plain(text)

    def has(self, quotation: Quotation) -> bool:
        """Return whether the text has the parts of a quotation, in their order and not inside longer words."""
        place = 0
        for part in quotation.parts:
            found = self._place(part, place)
            if found < 0:
                return False
            place = found + len(part)
        return True

    def _place(self, part: str, start: int) -> int:
        """Return where a part stands, at a start or behind it, and not inside longer words; -1 where it does not."""
        place = self._text.find(part, start)
        while place >= 0 and not self._apart(place, place + len(part)):
            place = self._text.find(part, place + 1)
        return place

    def _apart(self, start: int, end: int) -> bool:
        return all(
            not 0 < edge < len(self._text) or _INSIDE.fullmatch(self._text, edge - 1, edge + 1) is None
            for edge in (start, end)
        )


def quotations(text: str) -> tuple[Quotation, ...]:
    """Return what a text quotes: between quotation marks, and in lines that begin with `>`."""
    blocks = [Quotation(_BLOCK_SIGN.sub("", match.group())) for match in _BLOCK.finditer(text)]
    inline = [Quotation(match[match.lastgroup or 0]) for match in _QUOTED.finditer(_BLOCK.sub("\n", text))]
    return tuple(quotation for quotation in (*inline, *blocks) if quotation.parts)


def plain(text: str) -> str:
    """Return a text without differences of case, width, kind of marks and spaces; lines may break anywhere."""
    spaced = _SPACE.sub(" ", folded(text.translate(_MARKS)).translate(_MARKS))
    return _HAN_SPACE.sub("", spaced).strip()
