"""The base of terms that the graph checks by: what each content word is in the other language."""

from __future__ import annotations

from functools import cache

from training.families.translation.lexicon import lexicon

__all__ = ["term_base"]

# A time stands in the base as it is looked up: `in the morning` by its noun.
_PREPOSITIONS = ("in the ", "on ")


@cache
def term_base() -> dict[str, str | tuple[str, ...]]:
    """Return for each word, English ones first, its translation, or those that are accepted."""
    lex = lexicon()
    pairs: list[tuple[str, tuple[str, ...]]] = [
        *((noun.english, (noun.chinese,)) for noun in lex.nouns.values()),
        *((verb.english, tuple(word for word in (*verb.chinese, verb.worn) if word)) for verb in lex.verbs.values()),
        ("want", ("想",)),
        *((word, _adjectives(word)) for word in lex.adjectives),
        *((place.name, (min(place.chinese, key=len).rstrip("里上边"),)) for place in lex.places.values()),
        *((_bare(time.english), (time.chinese,)) for time in lex.times.values()),
        *lex.adverbs.items(),
    ]
    into_chinese = {english: chinese[0] if len(chinese) == 1 else chinese for english, chinese in pairs}
    into_english = {word: english for english, chinese in pairs for word in chinese}
    return {**into_chinese, **into_english}


def _adjectives(word: str) -> tuple[str, ...]:
    lex = lexicon()
    listed = (*lex.adjectives[word], *lex.of_things.get(word, ()))
    return tuple(dict.fromkeys(chinese.removesuffix("的").removesuffix("色") for chinese in listed))


def _bare(time: str) -> str:
    for preposition in _PREPOSITIONS:
        time = time.removeprefix(preposition)
    return time
