"""A picture in the characters of a terminal."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from redraft.graph.draw.canvas import DOWN, LEFT, RIGHT, UP, Canvas, LineStyle
from redraft.graph.draw.layout import laid_out
from redraft.graph.draw.metric import CELLS
from redraft.graph.draw.sheet import Frame
from redraft.graph.draw.wording import NO_BREAK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.graph.draw.panel import Panel, Row
    from redraft.graph.draw.scheme import Scheme
    from redraft.graph.draw.sheet import Route, Sheet
    from redraft.graph.draw.words import Words

__all__ = ["written"]

WIDEST = 100
"""Columns within which a graph in a graph is drawn in full; else it has a double frame and no more."""

_BORDERS = {
    "agent": "╭─╮│╰╯",
    "evaluate": "┌─┐│└┘",
    "select": "┌─┐│└┘",
    "call": "┌─┐│└┘",
    "unknown": "┌╌┐╎└┘",
    "human": "┏━┓┃┗┛",
    "graph": "╔═╗║╚╝",
    "terminal": "╭─╮│╰╯",
}
"""For each kind of box its left upper corner, upper side, right upper corner, side, and lower corners."""
_PLAIN = {
    "+": "╭╮╰╯┌┐└┘┏┓┗┛╔╗╚╝├┤┬┴┼┯┷┿╤╧┣┫┳┻╋",
    "-": "╴╶─╌",
    "=": "╸╺━═",
    "|": "╵╷│╎║",
    "#": "╹╻┃█",
    "v": "▼",
    "^": "▲",
    ".": "░",
    ">=": "≥",
    "<=": "≤",
    "x": "×",
    "...": "…",
}
_ASCII = {ord(sign): plain for plain, signs in _PLAIN.items() for sign in signs}
_SCALE = 20
"""How many columns the value 1 has."""
_DIRECTIONS = {(0, 1): (DOWN, UP), (0, -1): (UP, DOWN), (1, 0): (RIGHT, LEFT), (-1, 0): (LEFT, RIGHT)}


def written(scheme: Scheme, panel: Panel | None = None, *, encoding: str = "utf-8") -> str:
    """Return the picture of a scheme, a line for each row.

    Args:
        scheme: The scheme.
        panel: What a run made, to stand below.
        encoding: Where it has no box drawing, all is drawn in ASCII.

    Raises:
        UsageError: The scheme is too large.
    """
    if encoding.lower().startswith("utf"):
        return _drawn(scheme) + "".join(f"{line}\n" for line in _below(panel))
    scheme = scheme.reworded(partial(_spelled, encoding=encoding))
    below = "".join(f"{_spelled(line, encoding)}\n" for line in _below(panel))
    return _drawn(scheme).translate(_ASCII) + below


def _drawn(scheme: Scheme) -> str:
    sheet = laid_out(scheme, CELLS)
    if sheet.width > WIDEST and any(box.inner for box in scheme.boxes):
        sheet = laid_out(scheme, CELLS, nested=False)
    canvas = Canvas(sheet.width, sheet.height)
    _draw(sheet, canvas)
    return "\n".join(canvas.rows()).rstrip() + "\n"


def _draw(sheet: Sheet, canvas: Canvas) -> None:
    for part in sheet.strata():
        if isinstance(part, Frame):
            _draw_frame(part, canvas)
        else:
            _draw_line(part, canvas)
    for route in sheet.routes:
        _draw_ends(route, canvas)
    for caption in sheet.captions:
        _write(caption.words, caption.x, caption.y, canvas)


def _draw_frame(frame: Frame, canvas: Canvas) -> None:
    if frame.box.kind == "bar":
        canvas.put(frame.x, frame.y, "━" * frame.width)
        return
    corner, top, right, side, lower, end = tuple(_BORDERS[frame.box.kind])
    inside, foot = frame.width - 2, frame.y + frame.height - 1
    canvas.put(frame.x, frame.y, corner + top * inside + right)
    for y in range(frame.y + 1, foot):
        canvas.put(frame.x, y, side + " " * inside + side)
    canvas.put(frame.x, foot, lower + top * inside + end)
    _write(frame.words, frame.x, frame.y + CELLS.edge, canvas, centred=frame.width)


def _write(words: Words, x: int, y: int, canvas: Canvas, *, centred: int = 0) -> None:
    for number, line in enumerate(words.lines):
        left = (centred - CELLS.width(line.text, bold=False)) // 2 if centred else 0
        canvas.put(x + left, y + number, line.text)


def _draw_line(route: Route, canvas: Canvas) -> None:
    cells, style = _cells(route), _style_of(route)
    for (x, y), (next_x, next_y) in pairwise(cells):
        there, back = _DIRECTIONS[next_x - x, next_y - y]
        canvas.line(x, y, there, style)
        canvas.line(next_x, next_y, back, style)
    canvas.line(*cells[0], DOWN if route.leaves_up else UP, style)
    canvas.line(*cells[-1], UP if route.enters_up else DOWN, style)


def _style_of(route: Route) -> LineStyle:
    if route.link.mark == "taken":
        return "heavy"
    return "dashed" if route.link.dashed else "light"


def _draw_ends(route: Route, canvas: Canvas) -> None:
    (x, y), (last_x, last_y) = _ends(route)
    canvas.tie(x, y + (1 if route.leaves_up else -1), UP if route.leaves_up else DOWN)
    if route.link.arrow:
        canvas.put(last_x, last_y, "▲" if route.enters_up else "▼")
    else:
        canvas.tie(last_x, last_y + (-1 if route.enters_up else 1), DOWN if route.enters_up else UP)


def _ends(route: Route) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the first and the last cell of a line: a side of a box at its upper y is already the box's own."""
    first, last = route.points[0], route.points[-1]
    return (first.x, first.y - route.leaves_up), (last.x, last.y - (not route.enters_up))


def _cells(route: Route) -> list[tuple[int, int]]:
    start, end = _ends(route)
    corners = [start, *((point.x, point.y) for point in route.points[1:-1]), end]
    cells = [start]
    for x, y in corners[1:]:
        while cells[-1] != (x, y):
            at_x, at_y = cells[-1]
            cells.append(
                (at_x + (x > at_x) - (x < at_x), at_y) if x != at_x else (at_x, at_y + (y > at_y) - (y < at_y))
            )
    return cells


def _spelled(text: str, encoding: str) -> str:
    """Return a text in what an encoding has, ornaments in ASCII."""
    parts = text.translate(_ASCII).split(NO_BREAK)
    return NO_BREAK.join(part.encode(encoding, "backslashreplace").decode(encoding) for part in parts)


def _below(panel: Panel | None) -> Iterator[str]:
    if panel is None:
        return
    yield ""
    yield panel.title
    wide = max((len(row.draft) for row in panel.rows), default=0)
    for row in panel.rows:
        yield f"{row.draft:<{wide}}  {_scaled(row)}  {row.told}".rstrip()


def _scaled(row: Row) -> str:
    if row.value is None:
        return " " * _SCALE
    filled = round(row.value * _SCALE)
    return "█" * filled + "░" * (_SCALE - filled)
