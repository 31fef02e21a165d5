"""How a scheme becomes a sheet: rows from above to below, and lines in the room between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.graph.draw.grid import Room, grid_of
from redraft.graph.draw.ordering import arrange
from redraft.graph.draw.placing import place
from redraft.graph.draw.sheet import Caption, Frame, Point, Route, Sheet
from redraft.graph.draw.stacking import stacked
from redraft.graph.draw.words import words_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redraft.graph.draw.grid import Chain, Item, Piece
    from redraft.graph.draw.metric import Metric
    from redraft.graph.draw.scheme import Box, Scheme

__all__ = ["laid_out"]


def laid_out(scheme: Scheme, metric: Metric, *, nested: bool = True) -> Sheet:
    """Return a scheme with a place for everything in it.

    Args:
        scheme: The scheme.
        metric: The measures.
        nested: Whether a graph in it stands in the frame of its box.

    Raises:
        UsageError: It is too large.
    """
    return _Layout(scheme, metric, nested=nested).sheet()


class _Layout:
    def __init__(self, scheme: Scheme, metric: Metric, *, nested: bool) -> None:
        self._scheme = scheme
        self._metric = metric
        inner = [(box.name, box.inner) for box in scheme.boxes if nested and box.inner]
        self._inner = {name: laid_out(one, metric) for name, one in inner}
        self._words = {box.name: words_in(box, metric) for box in scheme.boxes}
        self._into: dict[str, list[str]] = {box.name: [] for box in scheme.boxes}
        self._out: dict[str, list[str]] = {box.name: [] for box in scheme.boxes}
        for link in scheme.links:
            self._out[link.source].append(link.target)
            self._into[link.target].append(link.source)

    def sheet(self) -> Sheet:
        grid = grid_of(self._scheme, self._metric, self._room)
        arrange(grid.rows)
        place(grid.rows, self._metric)
        stack = stacked(grid, self._metric)
        items = [item for row in grid.rows for item in row]
        sheet = Sheet(
            max(item.x + item.width for item in items),
            stack.height,
            tuple(self._frame(item, item.box) for item in items if item.box),
            tuple(self._captions(grid.chains)),
            tuple(_route(chain, stack.across) for chain in grid.chains),
        )
        for frame in sheet.frames:
            if frame.box.name in self._inner:
                sheet = self._within(frame).over(sheet)
        return sheet

    def _room(self, box: Box, lines: int) -> Room:
        """Return what a box takes up: its text, its graph, its copies, and so many lines at one of its sides."""
        metric, words = self._metric, self._words[box.name]
        if box.kind == "bar":
            return Room(self._span(max(self._into[box.name], self._out[box.name], key=len)), metric.bar)
        width, height = words.width, words.height + 2 * metric.edge + self._copies(box)
        if inner := self._inner.get(box.name):
            width, height = max(width, inner.width), height + inner.height + metric.edge
        return Room(max(width, (lines - 1) * metric.port) + 2 * metric.side, height)

    def _copies(self, box: Box) -> int:
        return 2 * self._metric.behind if box.several else 0

    def _span(self, names: Sequence[str]) -> int:
        """Return how wide a bar is: from the middle of the first box beside it to that of the last one."""
        widths = [self._words[name].width + 2 * self._metric.side for name in names]
        between = sum(widths) - (widths[0] + widths[-1]) // 2 + (len(names) - 1) * self._metric.gap
        return max(between, 2 * self._metric.port)

    def _frame(self, item: Item, box: Box) -> Frame:
        return Frame(item.x, item.y, item.width, item.height - self._copies(box), box, self._words[box.name])

    def _within(self, frame: Frame) -> Sheet:
        """Return the graph of a box in its place: in the middle of its frame, below its text."""
        inner = self._inner[frame.box.name]
        x = frame.x + (frame.width - inner.width) // 2
        return inner.moved(x, frame.y + self._metric.edge + frame.words.height + self._metric.edge // 2)

    def _captions(self, chains: Sequence[Chain]) -> Iterator[Caption]:
        for chain in chains:
            for item in dict.fromkeys(piece.lower for piece in chain.pieces):
                if item.words and item.words.lines:
                    yield Caption(item.x + 1 + self._metric.beside, item.y, item.words, chain.link)


def _route(chain: Chain, across: Mapping[Piece, int]) -> Route:
    if chain.loops:
        return Route(_loop(chain, across), chain.link, enters_up=True)
    points: list[Point] = []
    for piece in chain.pieces:
        points += _down(piece, across)
    first, last = chain.pieces[0].upper, chain.pieces[-1].lower
    points = [Point(points[0].x, first.y + first.height), *points, Point(points[-1].x, last.y)]
    if chain.upwards:
        points.reverse()
    return Route(_corners(points), chain.link, leaves_up=chain.upwards, enters_up=chain.upwards)


def _down(piece: Piece, across: Mapping[Piece, int]) -> list[Point]:
    """Return where a piece turns on its way down; of a straight one, a place where it comes by."""
    if piece in across:
        return [Point(piece.top, across[piece]), Point(piece.foot, across[piece])]
    return [Point(piece.top, piece.upper.y + piece.upper.height)]


def _loop(chain: Chain, across: Mapping[Piece, int]) -> tuple[Point, ...]:
    out, back = chain.pieces
    box, label = out.upper, out.lower
    top, foot = box.y + box.height, label.y + label.height - 1
    going = [Point(out.top, top), *_down(out, across), Point(out.foot, foot)]
    coming = [Point(back.foot, foot), *reversed(_down(back, across)), Point(back.top, top)]
    return _corners(going + coming)


def _corners(points: Sequence[Point]) -> tuple[Point, ...]:
    """Leave out what is no end and no corner."""
    kept: list[Point] = []
    for point in dict.fromkeys(points):
        while len(kept) > 1 and (kept[-2].x == kept[-1].x == point.x or kept[-2].y == kept[-1].y == point.y):
            kept.pop()
        kept.append(point)
    return tuple(kept)
