"""Questions that are looked up: who put what where, and who has what from whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.families.questions.question import Question
from training.families.questions.words import NAMES, PLACES, THINGS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

__all__ = ["looked_up"]

SENTENCES = (2, 3, 3, 4, 4)
PERSONS, SPOTS = 4, 6
PUTTING, TAKING = ("put", "left"), ("took", "found", "bought")


@dataclass(frozen=True)
class Event:
    """What somebody does to a thing; `goal` is the place where it is then, or the person who has it then."""

    who: str
    verb: str
    thing: str
    goal: str = ""

    @property
    def text(self) -> str:
        """The event as a sentence."""
        ways = {"moved": f" to the {self.goal}", "gave": f" to {self.goal}"} | dict.fromkeys(TAKING, "")
        return f"{self.who} {self.verb} the {self.thing}{ways.get(self.verb, f' in the {self.goal}')}."

    def asked(self, word: str) -> Question | None:
        """Return the question for the `who`, `what` or `where` that the event alone answers, if there is one."""
        texts = {
            ("who", "gave"): f"Who gave the {self.thing} to {self.goal}?",
            ("what", "gave"): f"What did {self.who} give to {self.goal}?",
            ("who", "put"): f"Who put the {self.thing} in the {self.goal}?",
            ("what", "put"): f"What did {self.who} put in the {self.goal}?",
            ("who", "moved"): f"Who moved the {self.thing} to the {self.goal}?",
        }
        text = texts.get((word, self.verb))
        return self._answered(text, self.who if word == "who" else f"the {self.thing}") if text else None

    def last(self) -> Question:
        """Return the question where the thing is or who has it, given that this is the last that is said of it."""
        if self.verb in (*PUTTING, "moved"):
            return self._answered(f"Where is the {self.thing} now?", f"the {self.goal}")
        return self._answered(f"Who has the {self.thing} now?", self.goal or self.who)

    def _answered(self, text: str, answer: str) -> Question:
        return Question(text=text, answer=answer, proofs=(f'"{self.text}"',))


def looked_up(rng: Random) -> tuple[list[str], Question]:
    """Return the sentences of a passage, and a question that one of them answers and no other."""
    while True:
        chains = _chains(rng)
        events = [event for chain in chains for event in chain]
        question = _question(chains[0], rng)
        gifts = [(event.who, event.goal) for event in events if event.verb == "gave"]
        if len(set(gifts)) == len(gifts):
            return [event.text for event in _woven(chains, rng)], question


def _question(chain: Sequence[Event], rng: Random) -> Question:
    asked = [found for event in chain for word in ("who", "what") if (found := event.asked(word))]
    return chain[-1].last() if not asked or rng.random() < 1 / 2 else rng.choice(asked)


def _chains(rng: Random) -> list[list[Event]]:
    """Return what happens to each of a few things; the first is the one that is asked about."""
    persons, places, things = rng.sample(NAMES, PERSONS), rng.sample(PLACES, SPOTS), rng.sample(THINGS, max(SENTENCES))
    left, chains = rng.choice(SENTENCES), []
    while left:
        longest = min(left, 3 if not chains else 2)
        kind = _moved if rng.random() < 1 / 2 else _given
        chain = kind(things.pop(), persons, places, rng)[: rng.randint(1, longest)]
        chains.append(chain)
        left -= len(chain)
    return chains


def _moved(thing: str, persons: Sequence[str], places: list[str], rng: Random) -> list[Event]:
    one, other = rng.choice(persons), rng.choice(persons)
    return [Event(one, rng.choice(PUTTING), thing, places.pop()), Event(other, "moved", thing, rng.choice(places))]


def _given(thing: str, persons: Sequence[str], places: list[str], rng: Random) -> list[Event]:
    del places
    one, two, three = rng.sample(persons, 3)
    got = Event(one, rng.choice(TAKING), thing)
    gifts = [Event(one, "gave", thing, two), Event(two, "gave", thing, three)]
    return [got, *gifts] if rng.random() < 1 / 2 else gifts


def _woven(chains: Sequence[Sequence[Event]], rng: Random) -> list[Event]:
    """Return the events of several chains in one order that keeps each chain's."""
    turns = [index for index, chain in enumerate(chains) for _ in chain]
    rng.shuffle(turns)
    streams = [iter(chain) for chain in chains]
    return [next(streams[index]) for index in turns]
