"""Summaries such as a weak model writes: another person, thing or ending, too many words, words lost or said twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from training.families.stories.summaries import endings, wrong_endings
from training.families.stories.words import ADJECTIVES, CAUSES, INTENTS, MEN, NOUNS, ROLES, VERBS, WOMEN, strange_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from training.families.stories.grammar import Facts

__all__ = ["Parts", "spoil"]

AGAIN, LOOSE, MORE = 0.25, 0.15, 0.03


@dataclass(frozen=True)
class Parts:
    """A summary, taken apart."""

    who: str
    wanted: str
    what: str
    end: str

    def text(self) -> str:
        """Return the summary."""
        return f"{self.who} {self.wanted} to {self.what}, {self.end}."


def spoil(parts: Parts, facts: Facts, story: str, rng: Random) -> str:
    """Return a summary with a fault or two."""
    for _ in range(2 if rng.random() < AGAIN else 1):
        names = list(FAULTS)
        fault = FAULTS[rng.choices(names, [WEIGHTS[name] for name in names])[0]]
        parts = fault(parts, facts, rng)
    text = parts.text()
    if rng.random() < LOOSE:
        text = rng.choice((_without_word, _with_word_twice))(text, rng)
    if rng.random() < MORE:
        text = f"{text} {rng.choice(story.split('. ')).rstrip('.')}."
    return text


def _too_long(parts: Parts, facts: Facts, rng: Random) -> Parts:
    return replace(parts, end=rng.choice(endings(facts)[-2:]))


def _copied(parts: Parts, facts: Facts, rng: Random) -> Parts:
    del rng
    return replace(parts, wanted=facts.intent)


def _misnamed(parts: Parts, facts: Facts, rng: Random) -> Parts:
    others = (facts.helper, _garbled(facts.name, rng), rng.choice(WOMEN), rng.choice(MEN), strange_name(rng))
    return replace(parts, who=parts.who.replace(facts.name, rng.choice(others)))


def _garbled(name: str, rng: Random) -> str:
    place = rng.randrange(1, len(name))
    return rng.choice((name[:place], name[:place] + rng.choice("aeioutrnlm") + name[place + 1 :], name + name[place:]))


def _miscast(parts: Parts, facts: Facts, rng: Random) -> Parts:
    return replace(parts, who=parts.who.replace(facts.role, rng.choice((facts.helping, rng.choice(ROLES)))))


def _half_introduced(parts: Parts, facts: Facts, rng: Random) -> Parts:
    return replace(parts, who=rng.choice((facts.name, f"The {facts.role}", f"A {facts.role}")))


def _wrong_goal(parts: Parts, facts: Facts, rng: Random) -> Parts:
    words = parts.what.split()
    noun = rng.choice(NOUNS)
    others = (
        rng.choice(list(VERBS)),
        _miscounted(facts.count, rng),
        rng.choice(ADJECTIVES),
        rng.choice((noun, f"{noun}s", f"{facts.noun}s", facts.noun)),
    )
    place = rng.randrange(min(len(words), len(others)))
    words[place] = others[place]
    return replace(parts, what=" ".join(words))


def _miscounted(count: int, rng: Random) -> str:
    if count == 1:
        return str(rng.randint(2, 99))
    return rng.choice((str(count)[::-1], str(count)[0] + rng.choice("0123456789"), str(rng.randint(2, 99)), "a"))


def _wrong_end(parts: Parts, facts: Facts, rng: Random) -> Parts:
    return replace(parts, end=rng.choice(wrong_endings(facts)))


def _slip_in_end(parts: Parts, facts: Facts, rng: Random) -> Parts:
    swaps = {
        facts.past: rng.choice((facts.verb, rng.choice(list(VERBS.values())))),
        facts.cause: rng.choice(CAUSES),
        facts.helping: rng.choice((facts.role, rng.choice(ROLES))),
        facts.helper: rng.choice((facts.name, strange_name(rng))),
        str(facts.done): rng.choice((str(facts.count), str(rng.randint(2, 99)))),
        "it": "them",
        "them": "it",
    }
    words = parts.end.split()
    places = [index for index, word in enumerate(words) if word in swaps]
    if places:
        place = rng.choice(places)
        words[place] = swaps[words[place]]
    return replace(parts, end=" ".join(words))


def _other_intent(parts: Parts, facts: Facts, rng: Random) -> Parts:
    return replace(parts, wanted=rng.choice((*INTENTS, facts.past)))


def _without_word(text: str, rng: Random) -> str:
    words = text.split()
    del words[rng.randrange(len(words))]
    return " ".join(words)


def _with_word_twice(text: str, rng: Random) -> str:
    words = text.split()
    place = rng.randrange(len(words) - 1)
    return " ".join([*words[: place + 1], *words[place:]])


FAULTS: dict[str, Callable[[Parts, Facts, Random], Parts]] = {
    "too long": _too_long,
    "copied": _copied,
    "misnamed": _misnamed,
    "miscast": _miscast,
    "half introduced": _half_introduced,
    "wrong goal": _wrong_goal,
    "wrong end": _wrong_end,
    "slip in end": _slip_in_end,
    "other intent": _other_intent,
}
WEIGHTS = {
    "too long": 5,
    "copied": 3,
    "misnamed": 4,
    "miscast": 3,
    "half introduced": 1,
    "wrong goal": 5,
    "wrong end": 2,
    "slip in end": 3,
    "other intent": 1,
}
