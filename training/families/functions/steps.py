"""Steps: what a task asks for, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise, product
from typing import TYPE_CHECKING, TypeVar

from training.families.functions.operations import filled, operation_of, operations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from random import Random

    from training.families.functions.operations import Operation, Saying

Choice = TypeVar("Choice")

__all__ = ["INDENT", "Step", "alone", "body_of", "draw", "held_out", "other_meanings", "written"]

HEAD, LAST = "def f(x):", "return x"
INDENT = "    "
KINDS = {"numbers": 5, "words": 5, "text": 3}
COUNTS = {2: 2, 3: 4, 4: 4, 5: 2}
VAGUE, MOST_VAGUE = 0.3, 2
EARLY_END = 0.1
HELD_OUT_SHARE = 16


@dataclass(frozen=True)
class Step:
    """One step of a task.

    Attributes:
        says: Its wording.
        code: The Python expression that is meant.
        others: Those that the wording could mean as well.
        operation: The name of what is meant.
    """

    says: str
    code: str
    others: tuple[str, ...]
    operation: str


def draw(rng: Random) -> tuple[str, list[Step]]:
    """Draw what `x` is at first, and the steps."""
    first = kind = _one_of(rng, KINDS)
    count = _one_of(rng, COUNTS)
    steps: list[Step] = []
    while len(steps) < count and not (kind == "number" and steps[-1].operation in ("plus", "minus", "by", "gap")):
        saying, meant = _drawn(rng, kind, steps, last=len(steps) == count - 1)
        steps.append(_step(saying, meant, rng))
        kind = meant.after(kind)
    return first, steps


def alone(rng: Random, count: int) -> Iterator[tuple[str, Step]]:
    """Yield so many steps that are not vague, each with what `x` is at first."""
    for _ in range(count):
        kind = rng.choice(list(KINDS))
        saying = rng.choice(operations().plain[rng.choice(operations().on(kind)).name])
        yield kind, _step(saying, saying.meanings[0], rng)


def _step(saying: Saying, meant: Operation, rng: Random) -> Step:
    slots = operations().slots(meant, rng)
    others = tuple(filled(other.code, slots) for other in saying.meanings if other is not meant)
    return Step(filled(saying.words, slots), filled(meant.code, slots), others, meant.name)


def _drawn(rng: Random, kind: str, steps: Sequence[Step], *, last: bool) -> tuple[Saying, Operation]:
    used = {step.operation for step in steps}
    while True:
        vague = operations().vague_on(kind)
        if vague and rng.random() < VAGUE and sum(bool(step.others) for step in steps) < MOST_VAGUE:
            saying = rng.choice(vague)
        else:
            saying = rng.choice(operations().plain[rng.choice(operations().on(kind)).name])
        meant = rng.choice(saying.meanings)
        ends = meant.gives == "number" and kind != "number"
        if meant.name not in used and (last or not ends or rng.random() < EARLY_END):
            return saying, meant


def _one_of(rng: Random, shares: dict[Choice, int]) -> Choice:
    return rng.choices(list(shares), list(shares.values()))[0]


def written(expressions: Iterable[str]) -> str:
    """Return the function that does some steps."""
    return "\n".join([HEAD, *(f"{INDENT}x = {code}" for code in expressions), f"{INDENT}{LAST}"])


def body_of(code: str) -> list[str]:
    """Return the expressions of the steps that a function does, in their order."""
    lines = (line.strip() for line in code.splitlines())
    return [line.removeprefix("x = ") for line in lines if line.startswith("x = ")]


def other_meanings(steps: Sequence[Step]) -> Iterator[tuple[str, ...]]:
    """Return the expressions of every other way to understand some steps."""
    meant = tuple(step.code for step in steps)
    return (way for way in product(*((step.code, *step.others) for step in steps)) if way != meant)


def held_out(*codes: str) -> bool:
    """Whether some code does two operations one after the other that training never shows so."""
    return any(_kept_back(pair) for code in codes for pair in pairwise(_operations_in(code)))


def _operations_in(code: str) -> list[str]:
    return [name for name in map(operation_of, body_of(code)) if name]


def _kept_back(pair: tuple[str, str]) -> bool:
    digest = blake2b(" ".join(pair).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % HELD_OUT_SHARE == 0
