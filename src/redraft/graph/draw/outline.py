"""The outlines of boxes, lines and arrows, as strokes of a pen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft.graph.draw.sheet import Frame, Route

__all__ = ["Step", "arrow_of", "line_of", "outlines_of", "rectangle"]

CUT, SLANT, ROUND, BEND, INSET = 9, 10, 9, 8, 4
HALF_ARROW, ARROW = 4.5, 9


@dataclass(frozen=True, slots=True)
class Step:
    """One movement of the pen: to a place, straight to it, or in a bend whose corner is at `via`."""

    kind: Literal["move", "line", "bend"]
    x: float
    y: float
    via: tuple[float, float] = (0, 0)

    def moved(self, x: float, y: float) -> Step:
        """Return the same movement, so far to the right and down."""
        return Step(self.kind, self.x + x, self.y + y, (self.via[0] + x, self.via[1] + y))


def outlines_of(frame: Frame) -> Iterator[list[Step]]:
    """Yield the closed outlines of a frame, the first one filled."""
    x, y, width, height = frame.x, frame.y, frame.width, frame.height
    match frame.box.kind:
        case "terminal":
            yield rectangle(x, y, width, height, height / 2)
        case "evaluate":
            yield _polygon(_octagon(x, y, width, height))
        case "select":
            yield _polygon([(x, y), (x + width, y), (x + width - SLANT, y + height), (x + SLANT, y + height)])
        case "human":
            yield _polygon([(x + SLANT, y), (x + width, y), (x + width - SLANT, y + height), (x, y + height)])
        case "call":
            yield rectangle(x, y, width, height)
            yield rectangle(x + INSET, y, width - 2 * INSET, height)
        case "graph":
            yield rectangle(x, y, width, height)
            yield rectangle(x + INSET, y + INSET, width - 2 * INSET, height - 2 * INSET)
        case "agent":
            yield rectangle(x, y, width, height, ROUND)
        case _:
            yield rectangle(x, y, width, height)


def line_of(route: Route) -> list[Step]:
    """Return the line of a route, up to its arrow; it turns in bends."""
    points = [(float(point.x), float(point.y)) for point in route.points]
    if route.link.arrow:
        x, y = points[-1]
        points[-1] = (x, y + ARROW - 1 if route.enters_up else y - ARROW + 1)
    return _bent(points)


def arrow_of(route: Route) -> list[Step]:
    """Return the head of a route's arrow."""
    x, y = route.points[-1].x, route.points[-1].y
    back = y + ARROW if route.enters_up else y - ARROW
    return _polygon([(x, y), (x - HALF_ARROW, back), (x + HALF_ARROW, back)])


def rectangle(x: float, y: float, width: float, height: float, radius: float = 0) -> list[Step]:
    """Return a rectangle, whose corners may be round."""
    right, foot = x + width, y + height
    if not radius:
        return _polygon([(x, y), (right, y), (right, foot), (x, foot)])
    return [
        Step("move", x + radius, y),
        Step("line", right - radius, y),
        Step("bend", right, y + radius, (right, y)),
        Step("line", right, foot - radius),
        Step("bend", right - radius, foot, (right, foot)),
        Step("line", x + radius, foot),
        Step("bend", x, foot - radius, (x, foot)),
        Step("line", x, y + radius),
        Step("bend", x + radius, y, (x, y)),
    ]


def _polygon(corners: Sequence[tuple[float, float]]) -> list[Step]:
    return [Step("line" if number else "move", *corner) for number, corner in enumerate(corners)]


def _octagon(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    right, foot = x + width, y + height
    upper = [(x, y + CUT), (x + CUT, y), (right - CUT, y), (right, y + CUT)]
    return [*upper, (right, foot - CUT), (right - CUT, foot), (x + CUT, foot), (x, foot - CUT)]


def _bent(points: Sequence[tuple[float, float]]) -> list[Step]:
    """Return lines from point to point, each corner rounded as far as the lines beside it are long."""
    steps = [Step("move", *points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        bend = min(BEND, _distance(before, corner) / 2, _distance(corner, after) / 2)
        steps += [Step("line", *_towards(corner, before, bend)), Step("bend", *_towards(corner, after, bend), corner)]
    return [*steps, Step("line", *points[-1])]


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: tuple[float, float], goal: tuple[float, float], far: float) -> tuple[float, float]:
    whole = _distance(start, goal) or 1
    return start[0] + (goal[0] - start[0]) * far / whole, start[1] + (goal[1] - start[1]) * far / whole
