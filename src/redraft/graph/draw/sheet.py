"""What is drawn, with its place: frames, captions beside lines, and the lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.graph.draw.scheme import Box, Link
    from redraft.graph.draw.words import Words

__all__ = ["Caption", "Frame", "Point", "Route", "Sheet"]


@dataclass(frozen=True, slots=True)
class Point:
    """A place: from the left, and from above."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A box with its text; `x` and `y` are its left upper corner."""

    x: int
    y: int
    width: int
    height: int
    box: Box
    words: Words


@dataclass(frozen=True, slots=True)
class Caption:
    """Text to the right of a line."""

    x: int
    y: int
    words: Words
    link: Link


@dataclass(frozen=True, slots=True)
class Route:
    """The line of a link, from its source to its target.

    Args:
        points: Its ends and its corners.
        link: The link.
        leaves_up: Whether it leaves its source at the upper side.
        enters_up: Whether it meets its target from below.
    """

    points: tuple[Point, ...]
    link: Link
    leaves_up: bool = False
    enters_up: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of a picture."""

    width: int
    height: int
    frames: tuple[Frame, ...] = ()
    captions: tuple[Caption, ...] = ()
    routes: tuple[Route, ...] = ()

    def strata(self) -> Iterator[Frame | Route]:
        """Yield frames and lines such that each is drawn over those before it."""
        # The graph of a node is drawn over its frame, lines too.
        yield from (frame for frame in self.frames if frame.box.kind == "graph")
        # What a run took lies over what it left aside.
        yield from sorted(self.routes, key=lambda route: route.link.mark == "taken")
        yield from (frame for frame in self.frames if frame.box.kind != "graph")

    def moved(self, x: int, y: int) -> Sheet:
        """Return the same picture, so far to the right and down."""
        return Sheet(
            self.width,
            self.height,
            tuple(replace(one, x=one.x + x, y=one.y + y) for one in self.frames),
            tuple(replace(one, x=one.x + x, y=one.y + y) for one in self.captions),
            tuple(replace(one, points=tuple(Point(p.x + x, p.y + y) for p in one.points)) for one in self.routes),
        )

    def over(self, other: Sheet) -> Sheet:
        """Return this picture drawn over another one, which is as large as it is."""
        frames, captions = other.frames + self.frames, other.captions + self.captions
        return replace(other, frames=frames, captions=captions, routes=other.routes + self.routes)
