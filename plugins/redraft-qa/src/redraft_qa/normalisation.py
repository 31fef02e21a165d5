"""SQuAD's normalisation of answers, extended to scripts without spaces.

Rajpurkar et al. (2016), "SQuAD: 100,000+ Questions for Machine Comprehension of Text", evaluate-v1.1.py: small letters,
no punctuation, no articles. Lewis et al. (2020), "MLQA", count Chinese by characters, and know all of Unicode's
punctuation.
"""

from __future__ import annotations

import string
import unicodedata
from typing import TYPE_CHECKING

import regex

from redraft.text import folded

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["normalised", "other_script", "tokens"]

_ARTICLES = regex.compile(r"\b(?:a|an|the)\b")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
# Kept, unlike in SQuAD's script, to which -10 is 10, and 1.5 is 15.
_MINUS = regex.compile(r"(?<![\p{L}\p{N}])[-−](?=\.?[0-9])")
_POINT = regex.compile(r"(?<=[0-9])\.(?=[0-9])|(?<![0-9])\.(?=[0-9])")
_HELD_MINUS, _HELD_POINT = "\ue000", "\ue001"


def normalised(text: str) -> str:
    """Return an answer in small letters, without punctuation, articles and needless spaces."""
    held = _POINT.sub(_HELD_POINT, _MINUS.sub(_HELD_MINUS, folded(text)))
    plain = held.translate(_Kept()).replace(_HELD_MINUS, "-").replace(_HELD_POINT, ".")
    return " ".join(_ARTICLES.sub(" ", plain).split())


def tokens(text: str) -> list[str]:
    """Return the words of a normalised answer; a character of a script without spaces is a word."""
    return _UNSPACED.sub(r" \g<0> ", normalised(text)).split()


def other_script(text: str, references: Iterable[str]) -> str | None:
    """Return a sentence where a text shares no script with any of its references, or None."""
    mine, theirs = _scripts(text), _scripts("".join(references))
    if not mine or not theirs or mine & theirs:
        return None
    return f"the answer is written in {_named(mine)}, the reference in {_named(theirs)}"


class _Kept(dict[int, int | None]):
    """What becomes of each character: punctuation goes; it is looked up once."""

    def __missing__(self, code: int) -> int | None:
        sign = chr(code)
        gone = sign in string.punctuation or unicodedata.category(sign).startswith("P")
        self[code] = None if gone else code
        return self[code]


def _scripts(text: str) -> frozenset[str]:
    """Return the scripts of a text's letters, by the first word of their names: `LATIN`, `CJK`."""
    return frozenset(unicodedata.name(sign, "?").partition(" ")[0] for sign in set(text) if sign.isalpha())


def _named(scripts: Iterable[str]) -> str:
    return ", ".join(sorted("Han" if script == "CJK" else script.title() for script in scripts))
