"""The syllables of an English word, by rule."""

from __future__ import annotations

from functools import lru_cache

import regex

__all__ = ["syllables"]

_NOT_LETTER = regex.compile(r"[^a-z]+")
_VOWELS = regex.compile(r"[aeiouy]+")
# An e that nobody says: at the end, in -ed and -es, and before an ending.
_SILENT = regex.compile(
    r"[^aeiouy]e$(?<![^aeiouy]le)|[gq]ues?$(?<=ues?)|[^aeiouytd]ed$(?<![^aeiouyl]led)"
    r"|[^aeiouysxzcgh]es$(?<![^aeiouy]les)|[^aeiouy]e(?=(?:ly|ments?|fully?|less|ness)$)"
)
# Two vowels beside each other that are two syllables; and the syllable of -ism.
_APART = regex.compile(
    r"ia(?!l$|n$|ge)|(?<![tscg])io|(?<=[tscg])io(?!us|n)|eo(?![up])|(?<!q)ua(?!r)|(?<=[^q])uo|iu|ii|(?<=[aeo])ing"
    r"|(?<![gq])uing|ism$|(?<=[^aeiou])yi|ieu|^c?rea(?=ct|te|ti|ss|li|pp|dj)|(?<=^id)ea|ier$|iest$|ying|[aeo]y(?=ers?$)"
    r"|oe(?=[tm])|(?<![tcsl])ie(?=n[ct])|(?<=^sc)ie(?=n[ct])"
)


@lru_cache(maxsize=65_536)
def syllables(word: str) -> int:
    """Return how many syllables a word has, at least one.

    Right for nine of ten words of the CMU Pronouncing Dictionary; `benchmarks/evaluators` measures it.

    Examples:
        >>> [syllables(word) for word in ("dog", "table", "created", "idea")]
        [1, 2, 3, 3]
    """
    letters = _NOT_LETTER.sub("", word.casefold())
    groups = len(_VOWELS.findall(letters))
    silent = len(_SILENT.findall(letters)) if groups > 1 else 0
    return max(1, groups - silent + len(_APART.findall(letters)))
