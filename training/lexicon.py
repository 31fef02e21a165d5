"""The everyday words that the embedded model knows."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["ANIMATE", "MASS", "NOUNS", "Lexicon", "lexicon"]

ANIMATE = frozenset({"person", "animal"})
MASS = frozenset({"mass"})
NOUNS = ("person", "animal", "thing", "vehicle", "food", "mass", "sky", "place", "time")


@dataclass(frozen=True)
class Lexicon:
    """Words by group, with the forms that no rule gives."""

    groups: dict[str, tuple[str, ...]]
    index: dict[str, str]
    classes: dict[str, str]
    plurals: dict[str, str]
    singulars: dict[str, str]

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

    @property
    def words(self) -> tuple[str, ...]:
        """Every word, in the order of the file."""
        return tuple(self.index)


@cache
def lexicon() -> Lexicon:
    """Read `lexicon.toml`."""
    data = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))
    classes = ("nouns", "verbs", "adjectives", "adverbs")
    groups = {group: tuple(text.split()) for kind in classes for group, text in data[kind].items()}
    return Lexicon(
        groups=groups,
        index={word: group for group, words in groups.items() for word in words},
        classes={group: kind for kind in classes for group in data[kind]},
        plurals=data["plurals"],
        singulars=data["singulars"],
    )
