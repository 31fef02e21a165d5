"""The matching of two texts' numbers: each is used once, whatever way it is written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from redraft_translate.numbers import Number

__all__ = ["unmatched", "unspelled"]


def unmatched(left: Iterable[Number], right: Iterable[Number]) -> tuple[list[Number], list[Number]]:
    """Return the numbers of each side that have no partner on the other; those that mean the same go first."""
    waiting: dict[frozenset[Fraction], list[Number]] = {}
    for number in right:
        waiting.setdefault(number.values, []).append(number)
    alone = [number for number in left if not _taken(waiting, number.values)]
    rest = [number for group in waiting.values() for number in group]
    return [number for number in alone if not _partner(number, rest)], rest


def unspelled(found: Iterable[Number], words: Iterable[Fraction]) -> list[Number]:
    """Return the numbers that no word stands for; each word stands for one."""
    left = Counter(words)
    alone = []
    for number in found:
        value = next((value for value in number.values if left[value]), None)
        if value is None:
            alone.append(number)
        else:
            left[value] -= 1
    return alone


def _taken(waiting: dict[frozenset[Fraction], list[Number]], values: frozenset[Fraction]) -> bool:
    if not waiting.get(values):
        return False
    waiting[values].pop()
    return True


def _partner(number: Number, rest: list[Number]) -> bool:
    """Take a number that can mean the same out of the rest, and return whether there was one."""
    partner = next((other for other in rest if other.values & number.values), None)
    if partner is not None:
        rest.remove(partner)
    return partner is not None
