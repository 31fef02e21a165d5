"""The lines between two rows: each link that has to run across has a height of its own there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.graph.draw.grid import Piece

__all__ = ["tracks_of"]

OVERLAP = 16
"""What it costs that two links lie on each other for a while, in crossings."""

LARGE = 200
"""Of more links between two rows, crossings are not counted."""


def tracks_of(pieces: Sequence[Piece]) -> dict[Piece, int]:
    """Return on which track each piece runs across, the uppermost 0; a straight piece needs none."""
    bent = sorted((piece for piece in pieces if piece.top != piece.foot), key=lambda piece: (piece.top, piece.number))
    tracks: dict[Piece, int] = {}
    for piece in _in_order(bent):
        under = [tracks[other] + 1 for other in tracks if _meet(piece, other)]
        tracks[piece] = max(under, default=0)
    return tracks


def _in_order(bent: list[Piece]) -> list[Piece]:
    """Return the pieces, such that an earlier one had better be above a later one."""
    if len(bent) > LARGE:
        return bent
    above: dict[Piece, set[Piece]] = {piece: set() for piece in bent}
    for number, one in enumerate(bent):
        for other in bent[number + 1 :]:
            if _meet(one, other):
                first, second = _cost(one, other), _cost(other, one)
                if first != second:
                    upper, lower = (one, other) if first < second else (other, one)
                    above[lower].add(upper)
    order: list[Piece] = []
    left = dict.fromkeys(bent)
    while left:
        free = next((piece for piece in left if not above[piece] & left.keys()), None)
        chosen = free or min(left, key=lambda piece: len(above[piece] & left.keys()))
        order.append(chosen)
        del left[chosen]
    return order


def _meet(one: Piece, other: Piece) -> bool:
    return max(min(one.top, one.foot), min(other.top, other.foot)) <= min(
        max(one.top, one.foot), max(other.top, other.foot)
    )


def _cost(upper: Piece, lower: Piece) -> int:
    """Return how often two pieces cross where the first one runs across above the second one."""
    return _hit(lower.top, upper) + _hit(upper.foot, lower)


def _hit(x: int, piece: Piece) -> int:
    low, high = sorted((piece.top, piece.foot))
    if x in {low, high}:
        return OVERLAP
    return int(low < x < high)
