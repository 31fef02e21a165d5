"""Which words of a summary its source lacks, in any form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

from redraft.builtin.inflection import forms
from redraft.text import folded
from redraft_summary.stopwords import english_stopwords
from redraft_summary.textrank import stems

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["lacking", "words_that_say"]

_SHORTEST = 3
# The drafts of a run have one source.
_KEPT = 16
_WORD = regex.compile(r"[^\W\d_\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]+(?:['’][^\W\d_]+)*")


def words_that_say(text: str, *, but: Iterable[str] = ()) -> list[str]:
    """Return the words of a text that say something of its subject, each once, as they are written.

    Args:
        text: The text. Scripts without spaces are left out.
        but: Names and numbers that are looked at otherwise.
    """
    others = {folded(word) for part in but for word in _WORD.findall(part)} | english_stopwords()
    found = {folded(word): word for word in reversed(_WORD.findall(text))}
    return [word for plain, word in reversed(found.items()) if len(plain) >= _SHORTEST and plain not in others]


def lacking(words: Iterable[str], source: str, *, own: Iterable[str]) -> list[str]:
    """Return the words that a source lacks: no form of them stands there, nor among those that are allowed.

    Args:
        words: Words of a summary.
        source: The source.
        own: Words that a summary may have of its own.
    """
    ground = _ground("\n".join((source, *own)))
    return [word for word in words if not ground.has(folded(word))]


@dataclass(frozen=True, slots=True)
class _Ground:
    """The words of a text, and their stems."""

    words: frozenset[str]
    stems: frozenset[str]

    def has(self, word: str) -> bool:
        if word in self.words or not stems(word).isdisjoint(self.stems):
            return True
        # `sold` where the source has `sell`, and the other way round.
        return not forms(word).isdisjoint(self.words) or any(word in forms(other) for other in self.words)


@lru_cache(maxsize=_KEPT)
def _ground(text: str) -> _Ground:
    return _Ground(frozenset(folded(word) for word in _WORD.findall(text)), stems(text))
