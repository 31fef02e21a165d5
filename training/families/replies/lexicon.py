"""The words of the family: places, what is known of them, and the values that it has."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

__all__ = ["YOU", "Attribute", "Lexicon", "lexicon"]

YOU = ""
"""The place that speaks for itself: nobody names it."""


@dataclass(frozen=True)
class Attribute:
    """Something that is known of a place, with its templates (see `lexicon.toml`).

    Attributes:
        name: What it is called in the lexicon.
        key: Its key among the facts, behind the place.
        noun: What a place has, where it is said so: `its owner`.
        of: The kinds of places that have it.
        value: The kind of its values.
        ask: How it is asked for.
        suppose: How a value is supposed in a question.
        say: How it is said, the usual way first.
        unknown: What stands behind `I do not know`.
        seen: The words that show that a text is about it.
    """

    name: str
    key: str
    noun: str
    of: tuple[str, ...]
    value: str
    ask: str
    suppose: str
    say: tuple[str, ...]
    unknown: str
    seen: frozenset[str]


@dataclass(frozen=True)
class Lexicon:
    """All of it.

    Attributes:
        places: The places, each with its kind.
        attributes: The attributes, by name.
        values: The parts that values are made of, by kind.
    """

    places: dict[str, str]
    attributes: dict[str, Attribute]
    values: dict[str, tuple[str, ...]]

    def attributes_of(self, place: str, kind: str) -> list[str]:
        """Return what may be known of a place; `kind` is that of the place that speaks for itself."""
        return [one.name for one in self.attributes.values() if self.places.get(place, kind) in one.of]

    def draw(self, attribute: str, rng: Random) -> str:
        """Draw a value."""
        kind = self.attributes[attribute].value
        if kind == "street":
            return f"{rng.choice(self.values['way'])} {rng.choice(self.values['kind_of_way'])}"
        if kind == "phone":
            return rng.choice(self.values["digit"][1:]) + "".join(rng.choices(self.values["digit"], k=3))
        if kind == "price":
            return f"{rng.choice(self.values['price'])} dollars"
        return rng.choice(self.values[kind])

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that is copied from the facts: places, keys, and what values are made of."""
        keys = (word for one in self.attributes.values() for word in one.key.split())
        parts = (part for values in self.values.values() for part in values if not part.isdigit())
        return tuple(dict.fromkeys((*self.places, *keys, *parts, *self.values["digit"], "dollars")))


@cache
def lexicon() -> Lexicon:
    """Read `lexicon.toml`."""
    data = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))
    return Lexicon(
        places={place: kind for kind, text in data["places"].items() for place in text.split()},
        attributes={name: _attribute(name, row) for name, row in data["attributes"].items()},
        values={kind: tuple(text.split()) for kind, text in data["values"].items()},
    )


def _attribute(name: str, row: dict[str, str]) -> Attribute:
    rest = {key: row[key] for key in ("value", "ask", "suppose", "unknown")}
    return Attribute(
        name=name,
        key=row.get("key", name),
        noun=row.get("noun", name),
        of=tuple(row["of"].split()),
        say=tuple(row["say"]),
        seen=frozenset(row["seen"].split()),
        **rest,
    )
