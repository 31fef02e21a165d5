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
# A letter or digit of a script that puts spaces between words.
_SPACED = rf"[^\W_{_UNSPACED}]"
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
            found = _bounded(part).search(self._text, place)
            if found is None:
                return False
            place = found.end()
        return True


def quotations(text: str) -> tuple[Quotation, ...]:
    """Return what a text quotes: between quotation marks, and in lines that begin with `>`."""
    blocks = [Quotation(_BLOCK_SIGN.sub("", match.group())) for match in _BLOCK.finditer(text)]
    inline = [Quotation(match[match.lastgroup or 0]) for match in _QUOTED.finditer(_BLOCK.sub("\n", text))]
    return tuple(quotation for quotation in (*inline, *blocks) if quotation.parts)


def plain(text: str) -> str:
    """Return a text without differences of case, width, kind of marks and spaces; lines may break anywhere."""
    spaced = _SPACE.sub(" ", folded(text.translate(_MARKS)).translate(_MARKS))
    return _HAN_SPACE.sub("", spaced).strip()


def _bounded(part: str) -> regex.Pattern[str]:
    before = rf"(?<!{_SPACED})" if regex.match(_SPACED, part[0]) else ""
    after = rf"(?!{_SPACED})" if regex.match(_SPACED, part[-1]) else ""
    return regex.compile(before + regex.escape(part) + after)
