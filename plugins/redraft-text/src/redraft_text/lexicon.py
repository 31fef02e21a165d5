"""The lexicon: which dictionary forms an English word can be a form of."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["lemmas_of"]

# What stands before `n't` and is no word of its own.
_BEFORE_NOT = {"wo": "will", "ca": "can", "sha": "shall", "ai": "be"}


@lru_cache(maxsize=65_536)
def lemmas_of(word: str) -> frozenset[str]:
    """Return the lemmas that a case-folded word has as any part of speech; itself where none is known.

    Examples:
        >>> sorted(lemmas_of("saw"))
        ['saw', 'see']
    """
    if not (word.isascii() and word.isalpha()):
        return frozenset({word})
    if word in _BEFORE_NOT:
        return frozenset({_BEFORE_NOT[word]})
    import lemminflect

    known = lemminflect.getAllLemmas(word) or _guessed(word)
    return frozenset(lemma.casefold() for found in known.values() for lemma in found) or frozenset({word})


def _guessed(word: str) -> dict[str, tuple[str, ...]]:
    """Return what the forms of a word that no lexicon has would come from by rule: `snowplowed`."""
    import lemminflect

    guesses = {pos: lemminflect.getAllLemmasOOV(word, pos).get(pos, ()) for pos in ("NOUN", "VERB")}
    return {"": (word,), **guesses}
