"""The order of what stands in a row: such that few links cross."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.graph.draw.grid import Item, Piece

__all__ = ["arrange"]

SWEEPS = 12
LARGE = 3_000
"""From so many items on, fewer sweeps must do."""


def arrange(rows: Sequence[list[Item]]) -> None:
    """Put every row in order, and give each piece its place at the items that it joins."""
    best = _orders(rows)
    fewest = crossings(rows)
    sweeps = SWEEPS if sum(map(len, rows)) < LARGE else 2
    for number in range(sweeps):
        if not fewest:
            break
        _sweep(rows, down=number % 2 == 0)
        found = crossings(rows)
        if found < fewest:
            fewest, best = found, _orders(rows)
    for row, order in zip(rows, best, strict=True):
        row[:] = order
        _number(row)


def crossings(rows: Sequence[Sequence[Item]]) -> int:
    """Return how many pairs of pieces cross."""
    return sum(_crossings(row) for row in rows)


def ends(piece: Piece) -> tuple[int, int, int]:
    """Return the order of pieces from one row to the next, by what they leave and then by what they meet."""
    return piece.upper.place, piece.lower.place, piece.number


def _crossings(row: Sequence[Item]) -> int:
    met: list[int] = []
    found = 0
    for piece in sorted((piece for item in row for piece in item.below), key=ends):
        found += len(met) - bisect_right(met, piece.lower.place)
        insort(met, piece.lower.place)
    return found


def _sweep(rows: Sequence[list[Item]], *, down: bool) -> None:
    for row in rows if down else reversed(rows):
        centres = {item: _centre(item, down=down) for item in row}
        row.sort(key=centres.__getitem__)
        _number(row)
        _transpose(row)


def _centre(item: Item, *, down: bool) -> float:
    places = sorted(piece.upper.place if down else piece.lower.place for piece in (item.above if down else item.below))
    if not places:
        return float(item.place)
    return (places[(len(places) - 1) // 2] + places[len(places) // 2]) / 2


def _transpose(row: list[Item]) -> None:
    """Exchange neighbours where that saves crossings."""
    for place in range(len(row) - 1):
        left, right = row[place], row[place + 1]
        if _between(left, right) > _between(right, left):
            row[place], row[place + 1] = right, left
            right.place, left.place = place, place + 1


def _between(left: Item, right: Item) -> int:
    """Return how many links of two neighbours cross where they stand in this order."""
    above = sum(a.upper.place > b.upper.place for a in left.above for b in right.above)
    return above + sum(a.lower.place > b.lower.place for a in left.below for b in right.below)


def _orders(rows: Sequence[Sequence[Item]]) -> list[list[Item]]:
    return [list(row) for row in rows]


def _number(row: Sequence[Item]) -> None:
    for place, item in enumerate(row):
        item.place = place
