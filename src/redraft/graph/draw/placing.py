"""Where each item of a row stands: links run straight down where they can, and nothing touches."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING

from redraft.graph.draw.ordering import ends

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft.graph.draw.grid import Item, Piece
    from redraft.graph.draw.metric import Metric

__all__ = ["place"]

SWEEPS = 16
LARGE = 3_000
"""From so many items on, fewer sweeps must do."""


@dataclass(slots=True, eq=False)
class _Block:
    """Items of one row after another that a straight line holds together; each has its distance from the block's x."""

    items: list[Item]
    x: int = 0
    shift: dict[Item, int] = field(default_factory=dict)


def place(rows: Sequence[Sequence[Item]], metric: Metric) -> None:
    """Give every item its x, and every piece its ends."""
    for row in rows:
        for item in row:
            _meet(item, metric)
    owner = _blocks(rows)
    blocks = list(dict.fromkeys(owner[item] for row in rows for item in row))
    _push_left(blocks, owner, rows, metric)
    for number in range(SWEEPS if len(owner) < LARGE else SWEEPS // 4):
        order = sorted(blocks, key=lambda block: block.x, reverse=number % 2 == 0)
        if not [block for block in order if _pulled(block, owner, rows, metric)]:
            break
    least = min(block.x + shift for block in blocks for shift in block.shift.values())
    for item, block in owner.items():
        item.x = block.x + block.shift[item] - least
    _finish(rows, metric)


def _finish(rows: Sequence[Sequence[Item]], metric: Metric) -> None:
    for row in rows:
        for item in row:
            if _is_bar(item):
                _stretch(item, row, metric)
    for item in (item for row in rows for item in row if item.box):
        _straighten(item, metric)
    for item in (item for row in rows for item in row if _is_bar(item)):
        _trim(item)


def _is_bar(item: Item) -> bool:
    return item.box is not None and item.box.kind == "bar"


def _meet(item: Item, metric: Metric) -> None:
    """Spread the pieces at an item over its width."""
    for above in (True, False):
        pieces = sorted(item.above if above else item.below, key=_from_above if above else ends)
        for number, piece in enumerate(pieces):
            at = _at(item, number, len(pieces), metric)
            if above:
                piece.into = at
            else:
                piece.out = at


def _from_above(piece: Piece) -> tuple[int, int, int]:
    return piece.upper.place, piece.number, piece.out


def _at(item: Item, number: int, count: int, metric: Metric) -> int:
    if item.box is None:
        return item.width - 1 if item.turns and number else 0
    if _is_bar(item) and count > 1:
        return number * (item.width - 1) // (count - 1)
    # Beside the middle, not spread over the whole width: what belongs together stays together.
    step = min(2 * metric.port, max(metric.port, (item.width - 2 * metric.side) // count))
    return item.width // 2 + (2 * number - count + 1) * step // 2


def _stretch(bar: Item, row: Sequence[Item], metric: Metric) -> None:
    """Let a bar reach as far as the lines that meet it, where nothing else stands."""
    ends = [*(piece.top for piece in bar.above), *(piece.foot for piece in bar.below)]
    left, right = min(bar.x, *ends), max(bar.x + bar.width, *(end + 1 for end in ends))
    if bar.place:
        left = min(bar.x, max(left, row[bar.place - 1].x + row[bar.place - 1].width + metric.gap))
    if bar.place + 1 < len(row):
        right = max(bar.x + bar.width, min(right, row[bar.place + 1].x - metric.gap))
    _reach(bar, left, right)


def _trim(bar: Item) -> None:
    """Let a bar end where the first and the last of the lines meet it."""
    ends = [*(bar.x + piece.into for piece in bar.above), *(bar.x + piece.out for piece in bar.below)]
    if max(ends) > min(ends):
        _reach(bar, min(ends), max(ends) + 1)


def _reach(bar: Item, left: int, right: int) -> None:
    """Let a bar reach from one place to another; the lines meet it where they did."""
    for piece in bar.above:
        piece.into += bar.x - left
    for piece in bar.below:
        piece.out += bar.x - left
    bar.x, bar.width = left, right - left


def _straighten(box: Item, metric: Metric) -> None:
    """Let pieces meet a box a little aside of their places, where that makes them straight."""
    is_bar = _is_bar(box)
    most, edge = (box.width, 0) if is_bar else (box.width // 3, metric.side)
    for end in ("into", "out"):
        pieces = sorted(box.above if end == "into" else box.below, key=attrgetter(end))
        low = edge
        for number, piece in enumerate(pieces):
            after = pieces[number + 1 : number + 2]
            high = getattr(after[0], end) - metric.port if after and not is_bar else box.width - 1 - edge
            wanted = (piece.top if end == "into" else piece.foot) - box.x
            if low <= wanted <= high and abs(wanted - getattr(piece, end)) <= most:
                setattr(piece, end, wanted)
            low = getattr(piece, end) + metric.port


def _blocks(rows: Sequence[Sequence[Item]]) -> dict[Item, _Block]:
    """Return the block of each item: straight lines are given to long links first."""
    down: dict[Item, Piece] = {}
    for row in rows:
        kept: list[Piece] = []
        for piece in sorted((piece for item in row for piece in item.below), key=_urgency):
            if all(_apart(piece, other) for other in kept):
                kept.append(piece)
        down |= {piece.upper: piece for piece in kept}
    up = {piece.lower for piece in down.values()}
    owner: dict[Item, _Block] = {}
    for row in rows:
        for item in row:
            if item not in up:
                _gather(item, down, owner)
    return owner


def _gather(item: Item, down: dict[Item, Piece], owner: dict[Item, _Block]) -> None:
    block, shift = _Block([]), 0
    while True:
        block.items.append(item)
        block.shift[item] = shift
        owner[item] = block
        piece = down.get(item)
        if piece is None:
            return
        shift += piece.out - piece.into
        item = piece.lower


def _urgency(piece: Piece) -> tuple[int, int, int]:
    """Return the order in which pieces may be straight: within long links, then down to the next box, then the rest."""
    boxes = (piece.upper.box is not None) + (piece.lower.box is not None)
    return (
        0 if not boxes else 1 if piece.short else 2,
        _aside(piece.upper, piece.out) + _aside(piece.lower, piece.into),
        piece.number,
    )


def _aside(item: Item, at: int) -> int:
    return abs(2 * at - item.width) if item.box else 0


def _apart(piece: Piece, other: Piece) -> bool:
    """Return whether two pieces between the same rows can both be straight."""
    upper, lower = piece.upper.place - other.upper.place, piece.lower.place - other.lower.place
    return upper * lower > 0


def _push_left(
    blocks: Sequence[_Block], owner: dict[Item, _Block], rows: Sequence[Sequence[Item]], metric: Metric
) -> None:
    waits = dict.fromkeys(blocks, 0)
    right: dict[_Block, list[tuple[_Block, int]]] = {block: [] for block in blocks}
    for row in rows:
        for left, item in pairwise(row):
            a, b = owner[left], owner[item]
            right[a].append((b, a.shift[left] + left.width + metric.gap - b.shift[item]))
            waits[b] += 1
    ready = deque(block for block in blocks if not waits[block])
    while ready:
        block = ready.popleft()
        for other, distance in right[block]:
            other.x = max(other.x, block.x + distance)
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)


def _pulled(block: _Block, owner: dict[Item, _Block], rows: Sequence[Sequence[Item]], metric: Metric) -> bool:
    """Move a block towards what it is linked with, as far as its neighbours let it; return whether it moved."""
    wanted = [x for item in block.items for x in _wishes(item, block, owner)]
    if not wanted:
        return False
    low, high = _limits(block, owner, rows, metric)
    x = round(median(wanted))
    x = x if low is None else max(x, low)
    x = x if high is None else min(x, high)
    moved, block.x = x != block.x, x
    return moved


def _wishes(item: Item, block: _Block, owner: dict[Item, _Block]) -> Iterator[int]:
    shift = block.shift[item]
    for piece in item.above:
        other = owner[piece.upper]
        if other is not block:
            yield other.x + other.shift[piece.upper] + piece.out - piece.into - shift
    for piece in item.below:
        other = owner[piece.lower]
        if other is not block:
            yield other.x + other.shift[piece.lower] + piece.into - piece.out - shift


def _limits(
    block: _Block, owner: dict[Item, _Block], rows: Sequence[Sequence[Item]], metric: Metric
) -> tuple[int | None, int | None]:
    lows, highs = [], []
    for item in block.items:
        row, shift = rows[item.row], block.shift[item]
        if item.place:
            left = row[item.place - 1]
            lows.append(owner[left].x + owner[left].shift[left] + left.width + metric.gap - shift)
        if item.place + 1 < len(row):
            right = row[item.place + 1]
            highs.append(owner[right].x + owner[right].shift[right] - metric.gap - item.width - shift)
    return max(lows, default=None), min(highs, default=None)
