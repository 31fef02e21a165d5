"""Drawing: scenes at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.families.replies.lexicon import YOU, lexicon
from training.families.replies.scene import Known, Question, Scene

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

__all__ = ["drawn"]

SPEAKS_FOR_ITSELF = 0.25
ANOTHER_THING = 0.4
FOLLOWS = 0.3
BRIEF = 0.3
SUPPOSES = 0.2
TRUE = 0.4
TEMPTING = 0.5
UNKNOWN = 0.12
QUESTIONS = {1: 0.3, 2: 0.4, 3: 0.3}


def drawn(rng: Random) -> Scene:
    """Draw a scene: facts of two places or of the one that speaks, and what is asked of them."""
    facts = _own_facts(rng) if rng.random() < SPEAKS_FOR_ITSELF else _facts(rng)
    if rng.random() < FOLLOWS:
        return _follow_up(facts, rng)
    if rng.random() < SUPPOSES:
        return Scene(facts, (), (_supposing(rng.choice(facts), facts, rng),))
    return Scene(facts, (), _questions(facts, rng))


def _own_facts(rng: Random) -> tuple[Known, ...]:
    kind = rng.choice(("shop", "sight"))
    names = rng.sample(lexicon().attributes_of(YOU, kind), rng.randint(4, 6))
    return _valued([(YOU, name) for name in names], rng)


def _facts(rng: Random) -> tuple[Known, ...]:
    """Return facts of two places, mostly two or three of each, some of them of the same kind."""
    places = rng.sample(list(lexicon().places), 2)
    first = rng.sample(lexicon().attributes_of(places[0], ""), rng.randint(2, 3))
    others = lexicon().attributes_of(places[1], "")
    alike = [name for name in first if name in others][: rng.randint(1, 2)]
    rest = [name for name in others if name not in alike]
    second = alike + rng.sample(rest, max(0, rng.randint(2, 3) - len(alike)))
    pairs = [(places[0], name) for name in first] + [(places[1], name) for name in second]
    rng.shuffle(pairs)
    return _valued(pairs, rng)


def _valued(pairs: Sequence[tuple[str, str]], rng: Random) -> tuple[Known, ...]:
    """Give each its value, no number and no word twice."""
    facts: list[Known] = []
    for place, name in pairs:
        taken = {part for one in facts for part in one.value.split() if part != "dollars"}
        value = lexicon().draw(name, rng)
        while not taken.isdisjoint(value.split()):
            value = lexicon().draw(name, rng)
        facts.append(Known(place, name, value))
    return tuple(facts)


def _follow_up(facts: tuple[Known, ...], rng: Random) -> Scene:
    first = rng.choice(facts)
    before = (Question(first.place, first.attribute),)
    others = sorted({one.place for one in facts if one.place != first.place})
    if others and rng.random() < BRIEF and first.attribute in lexicon().attributes_of(others[0], ""):
        return Scene(facts, before, (Question(others[0], first.attribute),), brief=True)
    left = tuple(one for one in facts if one.attribute != first.attribute and one.place == first.place)
    if left and rng.random() < SUPPOSES:
        return Scene(facts, before, (_supposing(rng.choice(left), facts, rng),))
    asked = _questions(facts, rng, most=2, first=rng.choice(left) if left else None)
    return Scene(facts, before, tuple(one for one in asked if one != before[0]) or asked)


def _supposing(fact: Known, facts: Sequence[Known], rng: Random) -> Question:
    """Return a question that supposes a value: the right one, that of another place, or any."""
    if rng.random() < TRUE:
        return Question(fact.place, fact.attribute, fact.value)
    alike = [one.value for one in facts if one.attribute == fact.attribute and one.value != fact.value]
    value = rng.choice(alike) if alike and rng.random() < TEMPTING else lexicon().draw(fact.attribute, rng)
    while value == fact.value:
        value = lexicon().draw(fact.attribute, rng)
    return Question(fact.place, fact.attribute, value)


def _questions(
    facts: Sequence[Known], rng: Random, *, most: int = 3, first: Known | None = None
) -> tuple[Question, ...]:
    count = min(most, rng.choices(list(QUESTIONS), list(QUESTIONS.values()))[0])
    rest = rng.sample([one for one in facts if one is not first], min(count, len(facts) - 1))
    asked = [Question(one.place, one.attribute) for one in ([first, *rest] if first else rest)][:count]
    if rng.random() < UNKNOWN:
        asked[-1] = _unknown(asked[-1].place, facts, rng)
    if first is None:  # one place after the other, as one asks
        start = asked[0].place
        asked.sort(key=lambda question: question.place != start)
    return tuple(asked)


def _unknown(place: str, facts: Sequence[Known], rng: Random) -> Question:
    """Return a question that no fact answers, rather one that is answered for another place."""
    known = {one.attribute for one in facts if one.place == place}
    kind = "shop" if known & {"owner", "sells", "sale"} else "sight"
    missing = [name for name in lexicon().attributes_of(place, kind) if name not in known]
    tempting = [name for name in missing if any(one.attribute == name for one in facts)]
    return Question(place, rng.choice(tempting or missing))
