"""The evaluators of `evaluation_cost.py`, where other processes can import them."""

from __future__ import annotations

from collections import Counter

from redraft.evaluation import evaluator
from redraft.task import Draft, Score

__all__ = ["HERE", "WORK", "count", "trivial", "trivial_here"]

ROUNDS = 100
"""How often a text is counted: a few milliseconds of plain Python a call."""


def count(text: str, size: int) -> float:
    """Return the share of different n-grams in a text, the slow way."""
    words, different, total = text.split(), 0, 0
    for _ in range(ROUNDS):
        found = Counter(tuple(words[start : start + size]) for start in range(len(words) - size + 1))
        different, total = len(found), sum(found.values())
    return different / max(total, 1)


@evaluator("trivial")
def trivial(draft: Draft) -> Score:
    """Whether there is a text."""
    return Score(float(bool(draft.text)))


trivial_here = evaluator("trivial-here", in_process=True)(trivial.function)


@evaluator("one")
def one(draft: Draft) -> float:
    """The share of different words."""
    return count(draft.text, 1)


@evaluator("two")
def two(draft: Draft) -> float:
    """The share of different pairs."""
    return count(draft.text, 2)


@evaluator("three")
def three(draft: Draft) -> float:
    """The share of different triples."""
    return count(draft.text, 3)


@evaluator("four")
def four(draft: Draft) -> float:
    """The share of different sequences of four."""
    return count(draft.text, 4)


@evaluator("five")
def five(draft: Draft) -> float:
    """The share of different sequences of five."""
    return count(draft.text, 5)


@evaluator("six")
def six(draft: Draft) -> float:
    """The share of different sequences of six."""
    return count(draft.text, 6)


WORK = (one, two, three, four, five, six)
HERE = tuple(evaluator(f"{each.name}-here", in_process=True)(each.function) for each in WORK)
