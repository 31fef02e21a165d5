"""Which words a task gives, and which words never stand together in training."""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from itertools import combinations
from typing import TYPE_CHECKING

from redraft_text.everyday.lexicon import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from random import Random

__all__ = ["held_out", "held_out_pairs", "sample_words", "words_in"]

HELD_OUT_SHARE = 40
SIZES = {1: 1, 2: 2, 3: 10, 4: 14, 5: 19, 6: 21, 7: 18, 8: 15}
OTHERS = {"animate": 30, "object": 28, "place": 16, "adjective": 13, "time": 6, "adverb": 5, "sky": 2}
THINGS = {"thing": 50, "container": 9, "clothes": 7, "fixture": 9, "vehicle": 8, "food": 8, "mass": 5, "text": 4}
GROUPS = {
    "animate": {"person": 3, "animal": 2},
    "adjective": {"size": 6, "state": 8, "look": 16},
    "adverb": {"manner": 8, "often": 4, "when": 4},
}
VERBS = {"small": {0: 14, 1: 76, 2: 10}, "large": {0: 6, 1: 54, 2: 36, 3: 4}}
SMALL = 4
AT_MOST = {"place": 2, "fixture": 2, "vehicle": 1, "sky": 1, "time": 1, "often": 1, "when": 1}
MOST_PLACES = 2
WHERE = frozenset({"place", "fixture", "vehicle", "sky"})
STRANGE = 0.04
ONSETS = (*"bcdfghjklmnprstvwz", "bl", "br", "cl", "dr", "fl", "gr", "pl", "sh", "st", "tr")
VOWELS = (*"aeiou", "oo", "ee", "ai")
CODAS = (*"bdglmnprtx", "ck", "sh", "nk", "rt")


@cache
def held_out_pairs() -> Mapping[str, frozenset[str]]:
    """Return for each word of the lexicon the words that training never shows with it: one pair in 40, by a hash."""
    partners: dict[str, set[str]] = {word: set() for word in lexicon().words}
    for one, other in combinations(sorted(lexicon().words), 2):
        if int.from_bytes(blake2b(f"{one} {other}".encode(), digest_size=8).digest(), "big") % HELD_OUT_SHARE == 0:
            partners[one].add(other)
            partners[other].add(one)
    return {word: frozenset(others) for word, others in partners.items()}


def held_out(words: Iterable[str]) -> bool:
    """Whether words are kept away from training: two of them never stand together there."""
    pairs, given = held_out_pairs(), frozenset(words)
    return any(not given.isdisjoint(pairs.get(word, ())) for word in given)


def words_in(text: str) -> frozenset[str]:
    """Return the words of the lexicon that a text uses, in any form."""
    known = lexicon().lemmas
    return frozenset(known[part] for part in re.findall(r"[a-z]+", text.lower()) if part in known)


def sample_words(rng: Random, *, size: int | None = None, kept_back: bool = False) -> list[str]:
    """Draw a set of words: one that may be trained on, or one that may not."""
    while True:
        words = _draw(rng, size or rng.choices(list(SIZES), list(SIZES.values()))[0], strange=not kept_back)
        if held_out(words) == kept_back:
            return words


def _draw(rng: Random, size: int, *, strange: bool) -> list[str]:
    shares = VERBS["small" if size <= SMALL else "large"]
    verbs = min(rng.choices(list(shares), list(shares.values()))[0], max(1, size - 1))
    words = set(rng.sample([w for w in lexicon().words if lexicon().class_of(w) == "verbs"], verbs))
    frames = [lexicon().group_of(verb) for verb in sorted(words)]
    while len(words) < size:
        word = _other(rng, rng.choice(frames) if frames else "")
        if _has_room(words, word):
            words.add(word)
    listed = sorted(words)
    if strange and rng.random() < STRANGE:
        listed[rng.randrange(size)] = _strange(rng)
    rng.shuffle(listed)
    return listed


def _has_room(words: Iterable[str], word: str) -> bool:
    """Whether a sentence can hold one more word of this group: three places in one are a list, not a sentence."""
    group, groups = lexicon().group_of(word), [lexicon().group_of(other) for other in words]
    if group in WHERE and sum(other in WHERE for other in groups) > MOST_PLACES:
        return False
    return groups.count(group) < AT_MOST.get(group, len(groups) + 1)


def _one_of(rng: Random, shares: Mapping[str, int]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def _other(rng: Random, frame: str) -> str:
    kind = _one_of(rng, OTHERS)
    group = _object(rng, frame) if kind == "object" else _one_of(rng, GROUPS.get(kind, {kind: 1}))
    return rng.choice(lexicon().groups[group])


def _object(rng: Random, frame: str) -> str:
    """Draw a group of things: mostly one that the verb can be done to."""
    fitting = lexicon().objects.get(frame, ())
    if fitting and fitting != ("*",) and rng.random() < 0.8:  # noqa: PLR2004
        return rng.choices(fitting, [2 ** (len(fitting) - index) for index in range(len(fitting))])[0]
    return _one_of(rng, THINGS)


def _strange(rng: Random) -> str:
    return "".join(rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS) for _ in range(rng.choice((1, 1, 2))))
