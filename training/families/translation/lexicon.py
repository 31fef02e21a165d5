"""The words of the translation family: what each is in the other language, and how it is used."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

__all__ = ["NUMBERS", "PLACEHOLDERS", "Lexicon", "Noun", "Place", "Time", "Verb", "lexicon", "plural"]

NUMBERS = {
    2: ("two", "两"), 3: ("three", "三"), 4: ("four", "四"), 5: ("five", "五"), 6: ("six", "六"), 7: ("seven", "七"),
    8: ("eight", "八"), 9: ("nine", "九"), 10: ("ten", "十"),
}  # fmt: skip
PLACEHOLDERS = ("name", "user", "guest")
PEOPLE = ("person", "elder")


@dataclass(frozen=True)
class Noun:
    """A noun.

    Attributes:
        english: The word.
        chinese: Its translation.
        kind: The group that it belongs to: `person`, `animal`, …
        measures: Its Chinese measure words, the usual one first.
        portions: What English measures it by, such as `cup`; empty for what can be counted.
        plural: Its plural.
    """

    english: str
    chinese: str
    kind: str
    measures: tuple[str, ...]
    portions: tuple[str, ...]
    plural: str


@dataclass(frozen=True)
class Verb:
    """A verb.

    Attributes:
        english: Its base form.
        third: What follows `he`.
        past: Its past form.
        chinese: Its translations, the usual one first.
        worn: Its translation before what is worn on the head; empty where there is no other.
        objects: The English nouns that it can be done to; empty where it has no object.
        subjects: The English nouns of who can do it.
        tenses: The tenses that it is used in.
        definite: Whether its object can be one that is known: `the door`.
        receiver: Whether it is done to someone as well.
    """

    english: str
    third: str
    past: str
    chinese: tuple[str, ...]
    worn: str
    objects: tuple[str, ...]
    subjects: tuple[str, ...]
    tenses: tuple[str, ...]
    definite: bool
    receiver: bool


@dataclass(frozen=True)
class Place:
    """Where something happens: in either language what is right, the usual form first."""

    name: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]


@dataclass(frozen=True)
class Time:
    """When something happens, and the tenses that it goes with."""

    english: str
    chinese: str
    tenses: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """All words, by what they are in English."""

    nouns: dict[str, Noun]
    verbs: dict[str, Verb]
    adjectives: dict[str, tuple[str, ...]]
    of_things: dict[str, tuple[str, ...]]
    described: dict[str, tuple[str, ...]]
    places: dict[str, Place]
    times: dict[str, Time]
    adverbs: dict[str, tuple[str, ...]]
    pronouns: dict[str, str]
    possessives: dict[str, str]
    terms: dict[str, tuple[str, str]]

    @cached_property
    def fitting(self) -> dict[str, tuple[str, ...]]:
        """The adjectives that fit each noun."""
        return {noun: tuple(word for word, fits in self.described.items() if noun in fits) for noun in self.nouns}

    def adjective(self, word: str, noun: Noun) -> tuple[str, ...]:
        """Return how Chinese says an adjective of a noun; `old` depends on whether it lives."""
        lives = noun.kind in {*PEOPLE, "animal"}
        return self.adjectives[word] if lives or word not in self.of_things else self.of_things[word]


def plural(word: str) -> str:
    """Return the regular plural of a noun that the lexicon does not list."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


@cache
def lexicon() -> Lexicon:
    """Read `lexicon.toml`."""
    data = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))
    nouns = {
        word: _noun(word, kind, text, data) for kind, listed in data["nouns"].items() for word, text in listed.items()
    }
    return Lexicon(
        nouns=nouns,
        verbs={word: _verb(word, table, nouns) for word, table in data["verbs"].items()},
        adjectives={word: tuple(text.split("/")) for word, text in data["adjectives"].items()},
        of_things={word: tuple(text.split("/")) for word, text in data["of_things"].items()},
        described={word: _members(text, nouns) for word, text in data["described"].items()},
        places={name: Place(name, *(tuple(text.split("/")) for text in pair)) for name, pair in data["places"].items()},
        times={name: Time(english, zh, tuple(go.split())) for name, (english, zh, go) in data["times"].items()},
        adverbs={word: tuple(text.split("/")) for word, text in data["adverbs"].items()},
        pronouns=data["pronouns"],
        possessives=data["possessives"],
        terms={word: (english, chinese) for word, (english, chinese) in data["terms"].items()},
    )


def _noun(word: str, kind: str, text: str, data: dict[str, dict[str, str]]) -> Noun:
    chinese, *measures = text.split()
    portions = tuple(data["portions"].get(word, "").split())
    return Noun(word, chinese, kind, tuple(measures), portions, data["plurals"].get(word) or plural(word))


def _members(text: str, nouns: dict[str, Noun]) -> tuple[str, ...]:
    """Return the nouns that a list of nouns and kinds names."""
    return tuple(noun.english for name in text.split() for noun in nouns.values() if name in {noun.english, noun.kind})


def _verb(word: str, table: dict[str, str], nouns: dict[str, Noun]) -> Verb:
    return Verb(
        english=word,
        third=table.get("third", word + "s"),
        past=table["past"],
        chinese=tuple(table["chinese"].split("/")),
        worn=table.get("worn", ""),
        objects=_members(table.get("objects", ""), nouns),
        subjects=_members(table.get("subjects", "person elder"), nouns),
        tenses=tuple(table.get("tenses", "present past future want").split()),
        definite=bool(table.get("definite", False)),
        receiver=bool(table.get("receiver", False)),
    )
