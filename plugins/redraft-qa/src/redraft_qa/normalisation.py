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

from redraft.text import folded, is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["normalised", "other_script", "tokens"]

_ARTICLES = regex.compile(r"\b(?:a|an|the)\b")
# Kept, unlike in SQuAD's script, to which -10 is 10, and 1.5 is 15.
_SIGN = regex.compile(r"(?<![\p{L}\p{N}])[-−](?=\.?[0-9])|(?<=[0-9])\.(?=[0-9])|(?<![0-9])\.(?=[0-9])")


def normalised(text: str) -> str:
    """Return an answer in small letters, without punctuation, articles and needless spaces."""
    plain = "".join(_kept(folded(text)))
    return " ".join(_ARTICLES.sub(" ", plain).split())


def tokens(text: str) -> list[str]:
    """Return the words of a normalised answer; a character of a script without spaces is a word."""
    return "".join(f" {sign} " if is_unspaced(sign) else sign for sign in normalised(text)).split()


def other_script(text: str, references: Iterable[str]) -> str | None:
    """Return a sentence where a text shares no script with any of its references, or None."""
    mine, theirs = _scripts(text), _scripts("".join(references))
    if not mine or not theirs or mine & theirs:
        return None
    return f"the answer is written in {_named(mine)}, the reference in {_named(theirs)}"


def _kept(text: str) -> Iterable[str]:
    signs = {match.start(): "-" if match.group() in "-−" else "." for match in _SIGN.finditer(text)}
    for place, sign in enumerate(text):
        if place in signs:
            yield signs[place]
        elif sign not in string.punctuation and not unicodedata.category(sign).startswith("P"):
            yield sign


def _scripts(text: str) -> frozenset[str]:
    """Return the scripts of a text's letters, by the first word of their names: `LATIN`, `CJK`."""
    return frozenset(unicodedata.name(sign, "?").partition(" ")[0] for sign in text if sign.isalpha())


def _named(scripts: Iterable[str]) -> str:
    return ", ".join(sorted("Han" if script == "CJK" else script.title() for script in scripts))
