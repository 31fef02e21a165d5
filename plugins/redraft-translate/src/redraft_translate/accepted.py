"""The oracle `accepted`: whether a translation is one of those that are accepted."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import regex

from redraft import Score, evaluator
from redraft_translate.direction import Direction
from redraft_translate.reference import references

if TYPE_CHECKING:
    from redraft import Draft, Task

__all__ = ["accepted", "plain"]

_SIGNS = str.maketrans("。、\u2018\u2019“”", ".,''\"\"")
# No space stands between Chinese and anything else, but where someone put one it means nothing.
_BESIDE_HAN = regex.compile(r"(?<=\p{Han}) | (?=\p{Han})")


@evaluator("accepted", kind="oracle", needs=("reference",), params=Direction)
def accepted(draft: Draft, task: Task, params: Direction) -> Score:
    """Whether the draft is one of the references, the width of signs and spaces beside Chinese left out of account."""
    texts = references(task, params)
    if plain(draft.text) in map(plain, texts):
        return Score(1.0)
    return Score(0.0, [f"the draft is none of the {len(texts)} accepted translations"])


def plain(text: str) -> str:
    """Return a text as it is compared: letters and their case count, the width of its signs does not."""
    signs = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    return _BESIDE_HAN.sub("", " ".join(signs.split()))
