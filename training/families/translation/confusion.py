"""Which words a weak model takes for which: others of their kind, in the same language and form."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from training.families.translation.lexicon import NUMBERS, PLACEHOLDERS, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["alike", "forms", "measures"]


@cache
def alike() -> Mapping[str, tuple[str, ...]]:
    """Return for each word the others that may stand where it stands."""
    return _others((*_nouns(), *_verbs(), *_described(), *_small_words()))


@cache
def forms() -> Mapping[str, tuple[str, ...]]:
    """Return for each English noun and verb its other forms."""
    lex = lexicon()
    nouns = ((noun.english, noun.plural) for noun in lex.nouns.values())
    verbs = ((verb.english, verb.third, verb.past) for verb in lex.verbs.values())
    return _others((*nouns, *verbs, ("a", "an"), ("does", "do", "did")))


@cache
def measures() -> tuple[str, ...]:
    """Return every Chinese measure word."""
    return tuple(dict.fromkeys(word for noun in lexicon().nouns.values() for word in noun.measures))


def _others(groups: Iterable[Iterable[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for group in groups:
        listed = list(group)
        for word in listed:
            found.setdefault(word, {}).update((other, None) for other in listed if other != word)
    return {word: tuple(others) for word, others in found.items() if others}


def _nouns() -> Iterator[Iterable[str]]:
    nouns = lexicon().nouns.values()
    for kind in dict.fromkeys(noun.kind for noun in nouns):
        some = [noun for noun in nouns if noun.kind == kind]
        yield [noun.english for noun in some]
        yield [noun.plural for noun in some]
        yield [noun.chinese for noun in some]


def _verbs() -> Iterator[Iterable[str]]:
    verbs = lexicon().verbs.values()
    for some in ([verb for verb in verbs if verb.objects], [verb for verb in verbs if not verb.objects]):
        yield [verb.english for verb in some]
        yield [verb.third for verb in some]
        yield [verb.past for verb in some]
        yield [verb.chinese[0] for verb in some]


def _described() -> Iterator[Iterable[str]]:
    lex = lexicon()
    yield list(lex.adjectives)
    bare = [words[0] for words in (*lex.adjectives.values(), *lex.of_things.values())]
    yield [word for word in bare if not word.endswith("的")]
    yield [word.removesuffix("的") for word in bare if word.endswith("的")]


def _small_words() -> Iterator[Iterable[str]]:
    lex = lexicon()
    yield list(lex.places)
    yield [place.chinese[0].rstrip("里上边") for place in lex.places.values()]
    yield ["yesterday", "today", "tomorrow"]
    yield [time.chinese for time in lex.times.values()]
    yield list(lex.possessives)
    yield list(lex.pronouns)
    yield list(dict.fromkeys(lex.pronouns.values()))
    yield ["this", "that", "these", "those"]
    yield ["这些", "那些"]
    yield ["这", "那", "一"]
    yield [english for english, _ in NUMBERS.values()]
    yield [chinese for _, chinese in NUMBERS.values()]
    yield [f"{{{name}}}" for name in PLACEHOLDERS]
