"""The words that stories are made of, and which of them training never shows together."""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

__all__ = [
    "ADJECTIVES",
    "ANIMALS",
    "CAUSES",
    "INTENTS",
    "MEN",
    "MOODS",
    "NOUNS",
    "PLACES",
    "ROLES",
    "TOOLS",
    "VERBS",
    "WOMEN",
    "WORDS",
    "held_out",
    "strange_name",
]

HELD_OUT_SHARE = 24
ROLES = (
    "farmer",
    "teacher",
    "doctor",
    "student",
    "driver",
    "singer",
    "nurse",
    "baker",
    "hunter",
    "sailor",
    "tailor",
    "weaver",
    "miller",
    "gardener",
)
VERBS = {
    "sell": "sold",
    "buy": "bought",
    "find": "found",
    "make": "made",
    "build": "built",
    "clean": "cleaned",
    "fix": "fixed",
    "paint": "painted",
}
NOUNS = (
    "hat",
    "coat",
    "boat",
    "kite",
    "lamp",
    "chair",
    "table",
    "bag",
    "drum",
    "guitar",
    "ring",
    "clock",
    "toy",
    "bike",
    "basket",
    "plate",
)
ADJECTIVES = ("red", "blue", "green", "yellow", "white", "black", "new", "big", "small", "heavy", "soft", "strong")
ANIMALS = ("duck", "cat", "dog", "bird", "cow", "horse", "rabbit", "frog")
PLACES = ("lake", "river", "forest", "market", "bridge", "garden", "hill", "sea")
CAUSES = ("rain", "snow", "wind", "fog", "storm", "mud", "dust", "smoke")
TOOLS = ("rope", "ladder", "cart", "hammer", "brush", "knife")
MOODS = ("quiet", "dark", "cold", "warm")
INTENTS = ("wanted", "hoped", "planned", "tried")
WOMEN = ("Anna", "Lisa", "Mary", "Rosa", "Julia", "Nina", "Clara", "Emma")
MEN = ("Tom", "Paul", "Peter", "Max", "Ben", "Leo", "Karl", "Jack")
WORDS = (
    *ROLES, *VERBS, *VERBS.values(), *NOUNS, *ADJECTIVES, *ANIMALS, *PLACES, *MOODS, *CAUSES, *TOOLS, *INTENTS,
    *WOMEN, *MEN, *"0123456789",
)  # fmt: skip
CONSONANTS, VOWELS = "bdfgklmnprtvz", "aeiou"


def strange_name(rng: Random) -> str:
    """Draw a name that nobody has: a summary can only have it from its story."""
    return "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(2)).capitalize()


def held_out(text: str) -> bool:
    """Whether a text shows words together that training never does: a person's role or what is done, and a thing."""
    words = frozenset(re.findall(r"[a-z]+", text))
    things = [noun for noun in NOUNS if noun in words or f"{noun}s" in words]
    others = [*(role for role in ROLES if role in words), *(v for v, p in VERBS.items() if v in words or p in words)]
    return any(_is_kept_back(other, thing) for other in others for thing in things)


@cache
def _is_kept_back(other: str, thing: str) -> bool:
    digest = blake2b(f"{other} {thing}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % HELD_OUT_SHARE == 0
