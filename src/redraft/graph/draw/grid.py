"""A scheme in rows: what stands in each, from left to right, and the pieces of links between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from redraft.errors import UsageError
from redraft.graph.draw.layers import layers_of
from redraft.graph.draw.words import Words, words_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.graph.draw.metric import Metric
    from redraft.graph.draw.scheme import Box, Link, Scheme

__all__ = ["Chain", "Grid", "Item", "Piece", "Room", "grid_of"]

MOST = 20_000
"""How many items a picture may have: more take too long, and nobody could read them."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a box takes up."""

    width: int
    height: int


@dataclass(slots=True, eq=False)
class Item:
    """Something in a row: a box, the label of a link, or a point that a link runs through.

    Args:
        row: The number of its row.
        place: Its place in the row.
        x: Its left side.
        y: Its upper side.
        turns: Whether the link goes back up behind its label.
        above: The pieces of links that come from the row above, and below those to the row below.
    """

    row: int
    width: int = 1
    height: int = 0
    box: Box | None = None
    words: Words | None = None
    turns: bool = False
    place: int = 0
    x: int = 0
    y: int = 0
    above: list[Piece] = field(default_factory=list)
    below: list[Piece] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Piece:
    """The part of a link between two rows.

    Args:
        upper: Where it comes from.
        lower: Where it goes.
        number: The number of its link.
        short: Whether the link leads down to the next layer.
        out: Where it meets the upper item, from its left side.
        into: Where it meets the lower item, from its left side.
    """

    upper: Item
    lower: Item
    number: int
    short: bool = False
    out: int = 0
    into: int = 0

    @property
    def top(self) -> int:
        """Where it leaves the upper item."""
        return self.upper.x + self.out

    @property
    def foot(self) -> int:
        """Where it meets the lower item."""
        return self.lower.x + self.into


@dataclass(frozen=True, slots=True)
class Chain:
    """A link with its pieces from above to below; `upwards` where the link itself leads up."""

    link: Link
    pieces: tuple[Piece, ...]
    upwards: bool = False

    @property
    def loops(self) -> bool:
        """Whether it leads back to the box that it leaves."""
        return self.link.source == self.link.target


@dataclass(frozen=True, slots=True)
class Grid:
    """All rows, and all links."""

    rows: list[list[Item]]
    chains: list[Chain]


def grid_of(scheme: Scheme, metric: Metric, room: Callable[[Box, int], Room]) -> Grid:
    """Return the rows of a scheme, in an order that is to be improved.

    Args:
        scheme: The scheme.
        metric: The measures.
        room: Says what a box takes up, by how many lines meet one of its sides.

    Raises:
        UsageError: There would be too many items.
    """
    return _Maker(scheme, metric, room).grid()


class _Maker:
    def __init__(self, scheme: Scheme, metric: Metric, room: Callable[[Box, int], Room]) -> None:
        self._scheme = scheme
        self._metric = metric
        self._room = room
        self._layers = layers_of(scheme)
        self._words = [words_on(link, metric) for link in scheme.links]
        linked = zip(scheme.links, self._words, strict=True)
        self._gaps = sorted({self._gap(link) for link, words in linked if words or link.source == link.target})
        self._boxes: dict[str, Item] = {}
        self._rows: list[list[Item]] = []

    def grid(self) -> Grid:
        boxes = {box.name: box for box in self._scheme.boxes}
        rows = self._numbers()
        self._refuse_too_many(rows)
        loops = [rows[link.source] + 1 for link in self._scheme.links if link.source == link.target]
        self._rows = [[] for _ in range(max([*rows.values(), *loops]) + 1)]
        above, below = self._meeting()
        for name in self._layers.order:
            room = self._room(boxes[name], max(above[name], below[name]))
            self._boxes[name] = self._put(Item(rows[name], room.width, room.height, boxes[name]))
        chains = [self._chain(number, link) for number, link in enumerate(self._scheme.links)]
        return Grid(self._rows, chains)

    def _meeting(self) -> tuple[Counter[str], Counter[str]]:
        """Return how many lines meet each box from above, and how many from below."""
        above, below = Counter[str](), Counter[str]()
        of = self._layers.of
        for link in self._scheme.links:
            upper, lower = sorted((link.source, link.target), key=of.__getitem__)
            below[upper] += 1
            (below if upper == lower else above)[lower] += 1
        return above, below

    def _gap(self, link: Link) -> int:
        """Return the layer below which a link's label stands: where the link leaves its source."""
        of = self._layers.of
        return of[link.source] - 1 if of[link.target] < of[link.source] else of[link.source]

    def _numbers(self) -> dict[str, int]:
        """Return the row of each box: a row of labels stands between two layers where there are any."""
        return {name: layer + sum(gap < layer for gap in self._gaps) for name, layer in self._layers.of.items()}

    def _refuse_too_many(self, rows: dict[str, int]) -> None:
        spans = sum(abs(rows[link.source] - rows[link.target]) for link in self._scheme.links)
        if spans + len(rows) > MOST:
            parts = f"{spans + len(rows):,} parts, at most {MOST:,}"
            what = f"graph '{self._scheme.name}' is too large to be laid out: {parts}"
            raise UsageError(what, mend="Draw it with --format mermaid, which leaves the layout to the viewer.")

    def _put(self, item: Item) -> Item:
        item.place = len(self._rows[item.row])
        self._rows[item.row].append(item)
        return item

    def _chain(self, number: int, link: Link) -> Chain:
        source, target = self._boxes[link.source], self._boxes[link.target]
        if source is target:
            return self._loop(number, link, source)
        upwards = target.row < source.row
        upper, lower = (target, source) if upwards else (source, target)
        between = [self._put(Item(row)) for row in range(upper.row + 1, lower.row)]
        words = self._words[number]
        if words:
            self._label(between[-1 if upwards else 0], words)
        items = [upper, *between, lower]
        short = self._layers.of[link.target] == self._layers.of[link.source] + 1
        pieces = tuple(_piece(a, b, number, short=short) for a, b in pairwise(items))
        return Chain(link, pieces, upwards)

    def _loop(self, number: int, link: Link, source: Item) -> Chain:
        item = self._put(Item(source.row + 1, turns=True))
        self._label(item, self._words[number] or Words((), 0, 0))
        item.width += self._metric.beside + 1
        item.height += self._metric.pitch
        return Chain(link, (_piece(source, item, number), _piece(source, item, number)), upwards=True)

    def _label(self, item: Item, words: Words) -> None:
        item.words = words
        item.width = 1 + self._metric.beside + words.width
        item.height = words.height


def _piece(upper: Item, lower: Item, number: int, *, short: bool = False) -> Piece:
    piece = Piece(upper, lower, number, short)
    upper.below.append(piece)
    lower.above.append(piece)
    return piece
