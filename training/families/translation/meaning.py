"""The words of the lexicon that a text uses, in either language, and which of them never stand together in training."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from training.families.translation.lexicon import lexicon, plural
from training.families.translation.text import split

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Meaning", "apart", "meanings"]

HELD_OUT_SHARE = 40


class Meaning(NamedTuple):
    """A word of the lexicon: what it is in English, and whether it is a noun, a verb or an adjective."""

    english: str
    kind: str


def meanings(text: str) -> frozenset[Meaning]:
    """Return the nouns, verbs and adjectives of a text, in any form."""
    known = _known()
    return frozenset(meaning for word in split(text) for meaning in known.get(word.lower(), ()))


def apart(texts: Iterable[str]) -> bool:
    """Whether texts together have a noun with a verb or an adjective that training never shows together."""
    found = frozenset[Meaning]().union(*map(meanings, texts))
    nouns = [one.english for one in found if one.kind == "noun"]
    others = [one.english for one in found if one.kind != "noun"]
    return any(_is_held_out(noun, other) for noun, other in product(nouns, others))


@cache
def _is_held_out(noun: str, other: str) -> bool:
    """Whether a pair is held out: one in so many, by a hash."""
    digest = blake2b(f"{noun} {other}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % HELD_OUT_SHARE == 0


@cache
def _known() -> dict[str, tuple[Meaning, ...]]:
    lex = lexicon()
    found: dict[str, tuple[Meaning, ...]] = {}
    for noun in lex.nouns.values():
        terms = lex.terms.get(noun.english, ())
        _add(
            found,
            Meaning(noun.english, "noun"),
            (noun.english, noun.plural, noun.chinese, *terms, *map(plural, terms[:1])),
        )
    for verb in lex.verbs.values():
        chinese = (word for word in (*verb.chinese, verb.worn) if word)
        _add(found, Meaning(verb.english, "verb"), (verb.english, verb.third, verb.past, *chinese))
    for word in lex.adjectives:
        chinese = (text.removesuffix("的") for text in (*lex.adjectives[word], *lex.of_things.get(word, ())))
        _add(found, Meaning(word, "adjective"), (word, *chinese))
    return found


def _add(found: dict[str, tuple[Meaning, ...]], meaning: Meaning, words: Iterable[str]) -> None:
    for word in dict.fromkeys(words):
        found[word] = (*found.get(word, ()), meaning)
