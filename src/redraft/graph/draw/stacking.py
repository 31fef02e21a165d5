"""How high everything stands: rows from above to below, with as much room between two as the lines there need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.graph.draw.tracks import tracks_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redraft.graph.draw.grid import Grid, Item, Piece
    from redraft.graph.draw.metric import Metric

__all__ = ["Stack", "stacked"]


@dataclass(frozen=True, slots=True)
class Stack:
    """The height of the whole, and for each bent piece where it runs across."""

    height: int
    across: Mapping[Piece, int]


def stacked(grid: Grid, metric: Metric) -> Stack:
    """Give every item its y."""
    up = {chain.pieces[-1 if chain.loops else 0] for chain in grid.chains if chain.upwards and chain.link.arrow}
    down = {chain.pieces[-1] for chain in grid.chains if not chain.upwards and chain.link.arrow}
    across: dict[Piece, int] = {}
    y, before = 0, None
    for row in grid.rows:
        if before is not None:
            pieces = [piece for item in before for piece in item.below]
            tracks = tracks_of(pieces)
            above = metric.lead + (metric.head if up.intersection(pieces) else 0)
            below = metric.lead + (metric.head if down.intersection(pieces) else 0)
            count = max(tracks.values(), default=-1) + 1
            across |= {piece: y + above + track * metric.pitch + metric.pitch // 2 for piece, track in tracks.items()}
            y += max(above + count * metric.pitch + below, _least(before, row, metric))
        _settle(row, y)
        y, before = y + _height(row), row
    return Stack(y, across)


def _least(above: Sequence[Item], below: Sequence[Item], metric: Metric) -> int:
    """Return the least room between two rows; a label may stand close to what it belongs to."""
    boxes = any(item.box for item in above) and any(item.box for item in below)
    return metric.rise if boxes else 0


def _settle(row: Sequence[Item], y: int) -> None:
    for item in row:
        item.y = y + (_height(row) - item.height) // 2 if item.box else y


def _height(row: Sequence[Item]) -> int:
    return max((item.height for item in row), default=0)
