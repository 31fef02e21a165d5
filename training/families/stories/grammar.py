"""Short stories by rule: who it was, what was wanted, what was in the way, who helped, how it ended, and details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from training.families.stories.words import (
    ADJECTIVES,
    ANIMALS,
    CAUSES,
    INTENTS,
    MEN,
    MOODS,
    NOUNS,
    PLACES,
    ROLES,
    TOOLS,
    VERBS,
    WOMEN,
    strange_name,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

__all__ = ["Ending", "Facts", "draw", "told"]

Ending = Literal["all", "some", "none"]
STRANGE, STRANGE_HELPER = 0.4, 0.2
COUNTED = 0.65
DETAILS = {0: 1, 1: 4, 2: 3}


@dataclass(frozen=True)
class Facts:
    """What happens in a story.

    Attributes:
        name: Of the one whom it is about.
        woman: Whether that is a woman.
        role: What she or he is.
        intent: How the story says that something was wanted.
        verb: What she or he wanted to do.
        count: With how many things; 1 is `a`.
        adjective: What they are like.
        noun: What they are.
        cause: What stood in the way.
        helper: The name of the one who helped.
        helping: What that one is.
        ending: How much of it was done.
        done: How many things, where it was some.
    """

    name: str
    woman: bool
    role: str
    intent: str
    verb: str
    count: int
    adjective: str
    noun: str
    cause: str
    helper: str
    helping: str
    ending: Ending
    done: int

    @property
    def things(self) -> str:
        """The noun, in the number that it has in the story."""
        return f"{self.noun}s" if self.count > 1 else self.noun

    @property
    def goal(self) -> str:
        """What was wanted: `sell 45 red hats`."""
        return f"{self.verb} {self.count if self.count > 1 else 'a'} {self.adjective} {self.things}"

    @property
    def past(self) -> str:
        """What was done, in the past; the participle is the same."""
        return VERBS[self.verb]


def draw(rng: Random) -> Facts:
    """Draw what happens in a story."""
    woman = rng.choice((True, False))
    name, helper = _names(rng, woman=woman)
    role, helping = rng.sample(ROLES, 2)
    count = rng.randint(11, 99) if rng.random() < COUNTED else 1
    ending: Ending = rng.choice(("all", "some", "none")) if count > 1 else rng.choice(("all", "none"))
    return Facts(
        name=name,
        woman=woman,
        role=role,
        intent=rng.choice(INTENTS),
        verb=rng.choice(list(VERBS)),
        count=count,
        adjective=rng.choice(ADJECTIVES),
        noun=rng.choice(NOUNS),
        cause=rng.choice(CAUSES),
        helper=helper,
        helping=helping,
        ending=ending,
        done=rng.randint(3, count - 1) if ending == "some" else 0,
    )


def _names(rng: Random, *, woman: bool) -> tuple[str, str]:
    while True:
        name = strange_name(rng) if rng.random() < STRANGE else rng.choice(WOMEN if woman else MEN)
        helper = strange_name(rng) if rng.random() < STRANGE_HELPER else rng.choice((*WOMEN, *MEN))
        if name != helper:
            return name, helper


def told(facts: Facts, rng: Random) -> str:
    """Tell a story: its sentences in one order or another, with details that belong into no summary."""
    middle = [_hindered(facts, rng), _helped(facts, rng)]
    rng.shuffle(middle)
    sentences = [_wanted(facts, rng), *middle]
    count = rng.choices(list(DETAILS), list(DETAILS.values()))[0]
    for detail in rng.sample(_details(facts, rng), count):
        sentences.insert(rng.randint(_first_place(detail, sentences, facts), len(sentences)), detail)
    return " ".join([_introduced(facts, rng), *sentences, _ended(facts, rng)])


def _first_place(detail: str, sentences: Sequence[str], facts: Facts) -> int:
    """Return where a detail may stand at the earliest: nobody is told of before having come."""
    if facts.helper not in detail:
        return 0
    return next(index for index, sentence in enumerate(sentences, start=1) if facts.helper in sentence)


def _introduced(facts: Facts, rng: Random) -> str:
    place = rng.choice(PLACES)
    return rng.choice(
        (
            f"{facts.name} was a {facts.role} by the {place}.",
            f"By the {place} lived {facts.name}, a {facts.role}.",
            f"There was a {facts.role}, {facts.name}, who lived by the {place}.",
        )
    )


def _wanted(facts: Facts, rng: Random) -> str:
    who = rng.choice((f"The {facts.role}", facts.name, "She" if facts.woman else "He"))
    return f"{who} {facts.intent} to {facts.goal}."


def _hindered(facts: Facts, rng: Random) -> str:
    return rng.choice(
        (
            f"Yet the {facts.cause} was bad for {facts.name} and the {facts.things}.",
            f"The {facts.role} had to wait, for the {facts.cause} was bad for the {facts.things}.",
            f"Yet in the {facts.cause} the {facts.things} gave the {facts.role} hard work.",
        )
    )


def _helped(facts: Facts, rng: Random) -> str:
    return rng.choice(
        (
            f"{facts.helper}, a {facts.helping}, lent {facts.name} a {rng.choice(TOOLS)}.",
            f"The {facts.helping} {facts.helper} came to the {facts.role} with a {rng.choice(TOOLS)}.",
            f"Then {facts.helper}, a {facts.helping}, helped {facts.name} with the {facts.things}.",
        )
    )


def _ended(facts: Facts, rng: Random) -> str:
    start = rng.choice(("In the end", "By evening"))
    who = rng.choice((f"the {facts.role}", facts.name))
    it = "the" if facts.count == 1 else "all the"
    be = "was" if facts.count == 1 else "were"
    ways = {
        "all": (f"{who} had {facts.past} {it} {facts.things}", f"{it} {facts.things} of {who} {be} {facts.past}"),
        "some": (
            f"{who} had {facts.past} only {facts.done} {facts.things}",
            f"only {facts.done} {facts.things} of {who} were {facts.past}",
        ),
        "none": (f"{who} had {facts.past} no {facts.noun}", f"no {facts.noun} of {who} was {facts.past}"),
    }
    return f"{start} {rng.choice(ways[facts.ending])}."


def _details(facts: Facts, rng: Random) -> list[str]:
    animals, number = f"{rng.choice(ANIMALS)}s", rng.randint(2, 99)
    return [
        f"There were {number} {rng.choice(ADJECTIVES)} {animals} by the {rng.choice(PLACES)}.",
        f"{facts.name} was {rng.randint(16, 89)} years old.",
        f"{facts.helper} had {number} {animals} at home.",
        f"The {rng.choice(PLACES)} was {rng.choice(MOODS)}.",
    ]
