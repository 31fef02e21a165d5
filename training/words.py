"""Which words a task gives, and which sets of words no training example may contain."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from training.grammar import OBJECT_GROUPS, TAKES_OBJECT
from training.lexicon import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

__all__ = ["held_out", "sample_words"]

HELD_OUT_SHARE = 16
SIZES = {1: 1, 2: 4, 3: 21, 4: 28, 5: 25, 6: 16, 7: 4, 8: 1}
OTHERS = {"animate": 32, "thing": 28, "place": 17, "adjective": 13, "time": 6, "adverb": 4}
ONSETS = (*"bcdfghjklmnprstvwz", "bl", "br", "cl", "dr", "fl", "gr", "pl", "sh", "st", "tr")
VOWELS = (*"aeiou", "oo", "ee", "ai")
CODAS = (*"bdglmnprtx", "ck", "sh", "nk", "rt")


def held_out(words: Iterable[str]) -> bool:
    """Whether a set of words is kept away from training, whatever the order of its words."""
    digest = blake2b(" ".join(sorted(words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % HELD_OUT_SHARE == 0


def sample_words(rng: Random, *, size: int | None = None, kept_back: bool = False) -> list[str]:
    """Draw a set of words: one that may be trained on, or one that may not."""
    while True:
        words = _draw(rng, size or rng.choices(list(SIZES), list(SIZES.values()))[0], strange=not kept_back)
        if held_out(words) == kept_back:
            return words


def _draw(rng: Random, size: int, *, strange: bool) -> list[str]:
    verbs = min(rng.choices((0, 1, 2, 3), (15, 66, 17, 2))[0], max(1, size - 1))
    words = {_verb(rng) for _ in range(verbs)}
    frames = [lexicon().group_of(verb) for verb in sorted(words)]
    while len(words) < size:
        words.add(_other(rng, rng.choice(frames) if frames else ""))
    listed = sorted(words)
    if strange and rng.random() < 0.04:  # noqa: PLR2004
        listed[rng.randrange(size)] = _strange(rng)
    rng.shuffle(listed)
    return listed


def _verb(rng: Random) -> str:
    lex = lexicon()
    return rng.choice([w for g, words in lex.groups.items() if lex.classes[g] == "verbs" for w in words])


def _other(rng: Random, frame: str) -> str:
    lex = lexicon()
    kind = rng.choices(list(OTHERS), list(OTHERS.values()))[0]
    if kind == "thing":
        return rng.choice(lex.groups[_thing_group(rng, frame)])
    group = {
        "animate": rng.choices(("person", "animal"), (3, 2)),
        "adjective": rng.choices(("size", "state", "look"), (6, 8, 16)),
        "adverb": rng.choices(("manner", "often", "when"), (8, 4, 4)),
    }.get(kind, [kind])[0]
    return rng.choice(lex.groups[group])


def _thing_group(rng: Random, frame: str) -> str:
    fitting = [group for group in OBJECT_GROUPS.get(frame, ()) if group not in {"person", "animal"}]
    if fitting and rng.random() < 0.75:  # noqa: PLR2004
        return rng.choice(fitting)
    weights = (60, 8, 14, 10, 8) if frame in TAKES_OBJECT else (70, 8, 8, 6, 8)
    return rng.choices(("thing", "vehicle", "food", "mass", "sky"), weights)[0]


def _strange(rng: Random) -> str:
    return "".join(rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS) for _ in range(rng.choice((1, 1, 2))))
