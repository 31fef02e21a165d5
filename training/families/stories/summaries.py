"""The right summaries of a story: who, what was wanted, how it ended, and no more words than are allowed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from redraft.text import words
from training.families.stories.words import INTENTS

if TYPE_CHECKING:
    from training.families.stories.grammar import Facts

__all__ = ["ALLOWED", "SENTENCE", "endings", "gist", "intents", "most_words", "openings", "wrong_endings"]

SENTENCE = "{who} {wanted} to {what}, {end}."
SHARE = 0.3
ALLOWED = range(13, 17)
"""How many words a story may allow: each ending has a summary of 13; longer stories are long to learn from."""


@lru_cache(maxsize=512)
def most_words(story: str) -> int:
    """Return how many words a summary may have, as `compression` counts them."""
    return int(SHARE * words(story))


def openings(facts: Facts) -> tuple[str, ...]:
    """Return how a summary may say who it is about; all have the same length."""
    return (
        f"The {facts.role} {facts.name}",
        f"{facts.name}, a {facts.role},",
        f"{facts.name} the {facts.role}",
    )


def intents(facts: Facts) -> tuple[str, ...]:
    """Return how a summary may say that something was wanted, the nearest first: not as its story does."""
    own = INTENTS.index(facts.intent)
    return (*INTENTS[own + 1 :], *INTENTS[:own])


def endings(facts: Facts, *, most: int = 99) -> tuple[str, ...]:
    """Return how a summary may say how it ended, in at most so many words with all that comes before."""
    ways = {"all": _done, "some": _partly_done, "none": _not_done}[facts.ending](facts)
    before = f"{openings(facts)[0]} {facts.intent} to {facts.goal}".split()
    return tuple(way for way in ways if len(before) + len(way.split()) <= most)


def wrong_endings(facts: Facts) -> tuple[str, ...]:
    """Return how other stories with the same people would end."""
    others = {"all": _done, "none": _not_done, **({"some": _partly_done} if facts.count > 1 else {})}
    return tuple(way for name, ways in others.items() if name != facts.ending for way in ways(facts))


def gist(facts: Facts, *, most: int) -> dict[str, object]:
    """Return the right summaries as the oracle `gist` reads them."""
    slots = {
        "who": [*openings(facts)],
        "wanted": [*intents(facts)],
        "what": [facts.goal],
        "end": [*endings(facts, most=most)],
    }
    return {"sentences": [SENTENCE], "slots": slots}


def _it(facts: Facts) -> str:
    return "them" if facts.count > 1 else "it"


def _done(facts: Facts) -> tuple[str, ...]:
    done = f"and {facts.past} {_it(facts)}"
    thanks = [f"{done} {how}" for how in (f"thanks to {facts.helper}", f"thanks to a {facts.helping}")]
    help_of = [f"{done} with the help of {who}" for who in (facts.helper, f"a {facts.helping}")]
    return (done, *([f"and {facts.past} all of them"] if facts.count > 1 else []), *thanks, *help_of)


def _partly_done(facts: Facts) -> tuple[str, ...]:
    short = f"but {facts.past} only {facts.done or facts.count - 1}"
    ways = (short, f"{short} of them")
    return (*ways, *(f"{way} because of the {facts.cause}" for way in ways))


def _not_done(facts: Facts) -> tuple[str, ...]:
    ways = ("but failed", "but could not", f"but did not {facts.verb} {_it(facts)}")
    return (*ways, *(f"{way} because of the {facts.cause}" for way in ways))
