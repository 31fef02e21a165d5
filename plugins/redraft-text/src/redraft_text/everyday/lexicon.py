"""The everyday words that the embedded model knows."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

__all__ = ["ANIMATE", "MASS", "Lexicon", "lexicon"]

ANIMATE = frozenset({"person", "animal"})
MASS = frozenset({"mass"})
_CLASSES = ("nouns", "verbs", "adjectives", "adverbs")


@dataclass(frozen=True)
class Lexicon:
    """Words by group, with the forms that no rule gives and what goes with what.

    Attributes:
        groups: The words of each group.
        index: The group of each word.
        classes: The class of each group: `nouns`, `verbs`, `adjectives` or `adverbs`.
        plurals: Irregular plurals.
        singulars: Irregular third persons.
        prepositions: The prepositions that bring a place into a sentence.
        times: The preposition that brings a time into a sentence.
        objects: The groups that a verb of a group can be done to; `*` is any.
        without: What stands for the object where no word is given.
    """

    groups: dict[str, tuple[str, ...]]
    index: dict[str, str]
    classes: dict[str, str]
    plurals: dict[str, str]
    singulars: dict[str, str]
    prepositions: dict[str, tuple[str, ...]]
    times: dict[str, str]
    objects: dict[str, tuple[str, ...]]
    without: dict[str, str]

    def group_of(self, word: str) -> str:
        """Return the group of a word; a word that nobody knows is a thing."""
        return self.index.get(word, "thing")

    def class_of(self, word: str) -> str:
        """Return `nouns`, `verbs`, `adjectives` or `adverbs`; a word that nobody knows is a noun."""
        return self.classes[self.group_of(word)]

    def plural(self, noun: str) -> str:
        """Return the plural of a noun."""
        return self.plurals.get(noun) or noun + ("es" if noun.endswith(("sh", "x", "ch", "ss")) else "s")

    def third_person(self, verb: str) -> str:
        """Return the form of a verb that follows `he`."""
        return self.singulars.get(verb, verb + "s")

    def forms(self, word: str) -> tuple[str, ...]:
        """Return every form of a word that the grammar writes."""
        kind = self.class_of(word)
        if kind == "nouns":
            return (word, self.plural(word))
        return (word, self.third_person(word)) if kind == "verbs" else (word,)

    def phrase_for_time(self, time: str) -> tuple[str, ...]:
        """Return a time as it stands in a sentence: `in the morning`, `at night`, `every day`."""
        preposition = self.times.get(time)
        return (preposition, time) if preposition else ("in", "the", time)

    @cached_property
    def lemmas(self) -> dict[str, str]:
        """The word of each form, forms in lower case."""
        return {form.lower(): word for word in self.index for form in self.forms(word)}

    @property
    def words(self) -> tuple[str, ...]:
        """Every word, in the order of the file."""
        return tuple(self.index)


def _turned(table: dict[str, str]) -> dict[str, tuple[str, ...]]:
    words = dict.fromkeys(word for text in table.values() for word in text.split())
    return {word: tuple(key for key, text in table.items() if word in text.split()) for word in words}


@cache
def lexicon() -> Lexicon:
    """Read `lexicon.toml`."""
    data = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))
    groups = {group: tuple(text.split()) for kind in _CLASSES for group, text in data[kind].items()}
    return Lexicon(
        groups=groups,
        index={word: group for group, words in groups.items() for word in words},
        classes={group: kind for kind in _CLASSES for group in data[kind]},
        plurals=data["plurals"],
        singulars=data["singulars"],
        prepositions=_turned(data["prepositions"]),
        times={word: found[0] for word, found in _turned(data["times"]).items()},
        objects={group: tuple(text.split()) for group, text in data["objects"].items()},
        without=data["without"],
    )
