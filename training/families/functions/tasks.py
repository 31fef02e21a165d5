"""Tasks: steps with tests that show what is meant."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any

from training.families.family import Item
from training.families.functions.expressions import expression
from training.families.functions.operations import START, operations
from training.families.functions.steps import draw, held_out, other_meanings, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from training.families.functions.steps import Step

__all__ = ["drawn", "sayings_of"]

CANDIDATES = 6
HIDDEN = 5
TRIES = 3
SIZES = {"numbers": (3, 5), "words": (3, 4), "text": (2, 3)}
MOST_SHOWN = 24
LARGEST_SHOWN = 200


def drawn(rng: Random, *, kept_back: bool) -> Item:
    """Draw a task, held out or not; its tests tell which of several meanings is meant."""
    while True:
        kind, steps = draw(rng)
        if held_out(written(step.code for step in steps)) != kept_back:
            continue
        for _ in range(TRIES):
            found = [_input(kind, rng) for _ in range(CANDIDATES)]
            pair = next(_telling(found, steps), None)
            if pair:
                return _item(kind, steps, pair, [given for given in found if given not in pair], rng)


def sayings_of(problem: str) -> list[str]:
    """Return the wordings of the steps of a problem."""
    return problem.removesuffix(".").split("; ")[1:]


def _item(kind: str, steps: Sequence[Step], shown: Sequence[Any], left: Sequence[Any], rng: Random) -> Item:
    edges = [*_edges(kind, rng), *left, *(_input(kind, rng, wide=True) for _ in range(HIDDEN))]
    hidden = [given for place, given in enumerate(edges) if given not in edges[:place]]
    code = [step.code for step in steps]
    return Item(
        inputs={
            "problem": f"take {START[kind]}; {'; '.join(step.says for step in steps)}.",
            "tests": [_test(given, code) for given in shown],
        },
        truth={"hidden_tests": [_test(given, code) for given in hidden], "solution": written(code)},
    )


def _test(given: Any, code: Sequence[str]) -> str:
    return f"assert f({given!r}) == {_result(given, code)!r}"


def _input(kind: str, rng: Random, *, wide: bool = False) -> Any:
    least, most = SIZES[kind]
    size = rng.randint(least, most + 2 * wide)
    if kind == "numbers":
        return [rng.randint(-9 * wide, 12) for _ in range(size)]
    words = [rng.choice(operations().words) for _ in range(size)]
    return words if kind == "words" else " ".join(words)


def _edges(kind: str, rng: Random) -> list[Any]:
    """Return what is easily forgotten: nothing, and one of something."""
    if kind == "text":
        return ["", rng.choice(operations().words)]
    return [[], [rng.randint(0, 9) if kind == "numbers" else rng.choice(operations().words)]]


def _telling(found: Sequence[Any], steps: Sequence[Step]) -> Iterator[tuple[Any, Any]]:
    """Yield pairs of inputs that show each step at work, and no other meaning of the words."""
    ways = [[*_trace(given, [step.code for step in steps])] for given in found]
    good = [place for place, way in enumerate(ways) if _shows(found[place], way[-1])]
    for one, other in permutations(good, 2):
        both = found[one], found[other]
        if ways[one][-1] == ways[other][-1] or not _all_at_work(ways[one], ways[other]):
            continue
        results = [ways[one][-1], ways[other][-1]]
        if all([_result(given, code) for given in both] != results for code in other_meanings(steps)):
            yield both


def _shows(given: Any, result: Any) -> bool:
    """Whether a test is short, and its result says something."""
    largest = max(map(abs, result), default=0) if _numbers(result) else 0
    return bool(result) and len(repr(result)) <= MOST_SHOWN and largest < LARGEST_SHOWN and given != result


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, int) for item in value)


def _all_at_work(*ways: Sequence[Any]) -> bool:
    changes = [[before != after for before, after in pairwise(way)] for way in ways]
    return all(any(step) for step in zip(*changes, strict=True))


def _trace(value: Any, code: Sequence[str]) -> Iterator[Any]:
    yield value
    for step in code:
        value = expression(step)(value)
        yield value


def _result(value: Any, code: Sequence[str]) -> Any:
    for step in code:
        value = expression(step)(value)
    return value
