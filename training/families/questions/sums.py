"""Questions that are calculated: how many somebody has, in one step or two, with numbers below 100."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, NamedTuple

from training.families.questions.question import Question
from training.families.questions.words import CONTAINERS, COUNTED, MOST, NAMES, SIGNS, held_calculation, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

__all__ = ["calculated", "practice"]

LOSING, GETTING = ("ate", "lost", "sold"), ("found", "bought", "took")
EATEN = ("apple", "egg", "orange", "banana", "cookie", "carrot")


class Step(NamedTuple):
    """What is done to a number."""

    sign: str
    number: int


class Cast(NamedTuple):
    """Who has how many of what: three persons, and the plural of a thing."""

    one: str
    two: str
    three: str
    things: str


def calculated(rng: Random) -> tuple[list[str], Question]:
    """Return the sentences of a passage, and a question whose answer is calculated from some of its numbers."""
    thing = rng.choice(COUNTED)
    cast = Cast(*rng.sample(NAMES, 3), plural(thing))
    kinds = (_together, _difference, _gift, _changes, _boxes, _changes, _boxes, _all_three)
    while True:
        sentences, text, first, steps = rng.choice(kinds)(cast, rng)
        if all(0 < value <= MOST for value in _values(first, steps)):
            return sentences, Question(text, str(_values(first, steps)[-1]), tuple(_proofs(first, steps)))


def practice(rng: Random, count: int) -> list[tuple[str, int]]:
    """Return calculations of two numbers that may be trained on, each with its result."""
    found: list[tuple[str, int]] = []
    while len(found) < count:
        sign = rng.choice("++--*")
        one, other = (
            (rng.randint(2, MOST) for _ in range(2)) if sign != "*" else (rng.randint(2, 9), rng.randint(2, MOST))
        )
        value = SIGNS[sign](one, other)
        if 0 < value <= MOST and not held_calculation(one, sign, other):
            found.append((f"{one} {sign} {other}", value))
    return found


class Plot(NamedTuple):
    """A passage, a question, and how it is calculated: from a number, step by step."""

    sentences: list[str]
    text: str
    first: int
    steps: list[Step]


def _together(cast: Cast, rng: Random) -> Plot:
    sentences, x, y, _ = _owners(cast, rng)
    return Plot(sentences, f"How many {cast.things} do {cast.one} and {cast.two} have together?", x, [Step("+", y)])


def _all_three(cast: Cast, rng: Random) -> Plot:
    x, y, z = (rng.randint(2, 45) for _ in range(3))
    sentences = [_has(who, number, cast) for who, number in zip(cast, (x, y, z), strict=False)]
    return Plot(sentences, f"How many {cast.things} do they have together?", x, [Step("+", y), Step("+", z)])


def _difference(cast: Cast, rng: Random) -> Plot:
    sentences, x, y, _ = _owners(cast, rng)
    more, less, steps = (cast.one, cast.two, [Step("-", y)]) if x > y else (cast.two, cast.one, [Step("-", x)])
    return Plot(sentences, f"How many more {cast.things} does {more} have than {less}?", max(x, y), steps)


def _gift(cast: Cast, rng: Random) -> Plot:
    sentences, x, y, _ = _owners(cast, rng, had=True, most=2)
    z = rng.randint(2, max(x - 1, 2))
    sentences.append(f"{cast.one} gave {z} {cast.things} to {cast.two}.")
    giver = rng.random() < 1 / 2
    asked = _now(cast.one if giver else cast.two, cast)
    return Plot(sentences, asked, x if giver else y, [Step("-" if giver else "+", z)])


def _changes(cast: Cast, rng: Random) -> Plot:
    """Return a plot in which somebody gets or loses things, once or twice; another one may have some too."""
    x, steps = rng.randint(2, MOST), []
    sentences = [f"{cast.one} had {x} {cast.things}."]
    for _ in range(rng.randint(1, 2)):
        step = Step(rng.choice("+-"), rng.randint(2, 60))
        sentences.append(_changed(step, cast, rng))
        steps.append(step)
    if rng.random() < 1 / 2:
        sentences.insert(rng.randrange(len(sentences) + 1), f"{cast.two} had {rng.randint(2, MOST)} {cast.things}.")
    return Plot(sentences, _now(cast.one, cast), x, steps)


def _boxes(cast: Cast, rng: Random) -> Plot:
    box, n = rng.choice(CONTAINERS), rng.randint(2, 9)
    m, steps = rng.randint(2, MOST // n), []
    sentences = [f"{cast.one} has {n} {plural(box)}.", f"Each {box} has {m} {cast.things}."]
    if rng.random() < 1 / 3:
        steps = [Step(rng.choice("+-"), rng.randint(2, 60))]
        sentences.append(_changed(steps[0], cast, rng))
    elif rng.random() < 1 / 2:
        sentences.insert(rng.choice((0, 2)), _has(cast.two, rng.randint(2, MOST), cast))
    return Plot(sentences, _now(cast.one, cast), n, [Step("*", m), *steps])


def _changed(step: Step, cast: Cast, rng: Random) -> str:
    verbs = GETTING if step.sign == "+" else LOSING if cast.things[:-1] in EATEN else LOSING[1:]
    return f"{cast.one} {rng.choice(verbs)} {step.number} {cast.things}."


def _owners(cast: Cast, rng: Random, *, had: bool = False, most: int = 3) -> tuple[list[str], int, int, int]:
    x, y, z = (rng.randint(2, MOST) for _ in range(3))
    owners = list(zip(cast, (x, y, z), strict=False))[: rng.randint(2, most)]
    rng.shuffle(owners)
    verb = "had" if had else "has"
    return [f"{who} {verb} {number} {cast.things}." for who, number in owners], x, y, z


def _has(who: str, number: int, cast: Cast) -> str:
    return f"{who} has {number} {cast.things}."


def _now(who: str, cast: Cast) -> str:
    return f"How many {cast.things} does {who} have now?"


def _values(first: int, steps: Sequence[Step]) -> list[int]:
    values = [first]
    for sign, number in steps:
        values.append(SIGNS[sign](values[-1], number))
    return values


def _proofs(first: int, steps: Sequence[Step]) -> Iterator[str]:
    """Yield every way to write the calculation: sums and products in both orders, gains and losses in any."""
    if all(step.sign == "+" for step in steps):
        numbers = [first, *(step.number for step in steps)]
        orders = [(order[0], [Step("+", number) for number in order[1:]]) for order in permutations(numbers)]
    elif all(step.sign in "+-" for step in steps):
        orders = [(first, list(order)) for order in permutations(steps)]
    else:
        orders = [(first, list(steps))]
    written = (text for start, order in orders for text in _written(start, order))
    yield from dict.fromkeys(written)


def _written(first: int, steps: Sequence[Step]) -> Iterator[str]:
    values = _values(first, steps)
    ways = [
        [f"{one} {sign} {other} = {result}." for one, other in _either(value, sign, number)]
        for value, (sign, number), result in zip(values, steps, values[1:], strict=False)
    ]
    if all(value > 0 for value in values):
        yield from (" ".join(way) for way in product(*ways))


def _either(value: int, sign: str, number: int) -> list[tuple[int, int]]:
    return [(value, number)] if sign == "-" else [(value, number), (number, value)]
