"""A picture in pixels: filled outlines, lines and texts, in the order in which they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from redraft.graph.draw.layout import laid_out
from redraft.graph.draw.metric import PIXELS
from redraft.graph.draw.outline import Step, arrow_of, line_of, outlines_of, rectangle
from redraft.graph.draw.sheet import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.graph.draw.panel import Panel, Row
    from redraft.graph.draw.scheme import Scheme
    from redraft.graph.draw.sheet import Route, Sheet
    from redraft.graph.draw.words import Style, Words

__all__ = ["Scene", "Shape", "Writing", "scene_of"]

MARGIN = 16
BAR, BAR_HEIGHT = 120, 9
BASE = 12
"""How far below its upper side a line of text stands, of `PIXELS.line`."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline or a line.

    Args:
        steps: The strokes of the pen.
        look: What it is: a kind of box, `line`, `head`, `paper`, `value`.
        mark: Whether a run came by.
        filled: Whether it is an area, and closed.
        dashed: Whether its line is dashed.
    """

    steps: tuple[Step, ...]
    look: str
    mark: str = ""
    filled: bool = True
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Writing:
    """A line of text; `x` is its middle or its start, `y` its base."""

    x: float
    y: float
    text: str
    style: Style = "text"
    mark: str = ""
    anchor: Literal["middle", "start"] = "start"


@dataclass(frozen=True, slots=True)
class Scene:
    """All of a picture."""

    width: int
    height: int
    parts: tuple[Shape | Writing, ...]


def scene_of(scheme: Scheme, panel: Panel | None = None) -> Scene:
    """Return the picture of a scheme, and below it what a run made.

    Raises:
        UsageError: The scheme is too large.
    """
    sheet = laid_out(scheme, PIXELS)
    below = list(_panel(panel, sheet.height + 2 * MARGIN)) if panel else []
    width = max(sheet.width, _panel_width(panel) if panel else 0) + 2 * MARGIN
    height = sheet.height + 2 * MARGIN + (_panel_height(panel) if panel else 0)
    paper = Shape(tuple(rectangle(0, 0, width, height, MARGIN / 2)), "paper")
    aside = (width - sheet.width) // 2
    return Scene(width, height, (paper, *_parts(sheet.moved(aside, MARGIN)), *below))


def _parts(sheet: Sheet) -> Iterator[Shape | Writing]:
    for part in sheet.strata():
        yield from _framed(part) if isinstance(part, Frame) else _routed(part)
    for caption in sheet.captions:
        yield from _written(caption.words, caption.x, caption.y, caption.link.mark)


def _framed(frame: Frame) -> Iterator[Shape | Writing]:
    box = frame.box
    outlines = list(outlines_of(frame))
    for behind in (2 * PIXELS.behind, PIXELS.behind) if box.several else ():
        yield Shape(tuple(step.moved(behind, behind) for step in outlines[0]), box.kind, box.mark)
    for number, outline in enumerate(outlines):
        yield Shape(tuple(outline), box.kind, box.mark, filled=not number, dashed=box.kind == "unknown")
    yield from _written(frame.words, frame.x + frame.width / 2, frame.y + PIXELS.edge, box.mark, anchor="middle")


def _routed(route: Route) -> Iterator[Shape]:
    link = route.link
    yield Shape(tuple(line_of(route)), "line", link.mark, filled=False, dashed=link.dashed)
    if link.arrow:
        yield Shape(tuple(arrow_of(route)), "head", link.mark)


def _written(
    words: Words, x: float, y: float, mark: str, anchor: Literal["middle", "start"] = "start"
) -> Iterator[Writing]:
    for line in words.lines:
        tall = PIXELS.title if line.style == "title" else PIXELS.line
        yield Writing(x, y + tall - PIXELS.line + BASE, line.text, line.style, mark, anchor)
        y += tall


def _panel(panel: Panel, y: int) -> Iterator[Shape | Writing]:
    yield Writing(MARGIN, y + BASE, panel.title, "said")
    aside = MARGIN + _first_column(panel)
    for number, row in enumerate(panel.rows, 1):
        top = y + number * PIXELS.line
        yield Writing(MARGIN, top + BASE, row.draft)
        yield from _valued(row, aside, top)


def _valued(row: Row, x: int, top: int) -> Iterator[Shape | Writing]:
    mark = "taken" if row.best else ""
    if row.value is not None:
        yield Shape(tuple(rectangle(x, top + 4, BAR, BAR_HEIGHT)), "scale")
        if row.value:
            yield Shape(tuple(rectangle(x, top + 4, BAR * row.value, BAR_HEIGHT)), "value", mark)
    yield Writing(x + BAR + PIXELS.beside, top + BASE, row.told, "said" if row.best else "text")


def _first_column(panel: Panel) -> int:
    return max((PIXELS.width(row.draft, bold=False) for row in panel.rows), default=0) + PIXELS.beside


def _panel_width(panel: Panel) -> int:
    told = max((PIXELS.width(row.told, bold=row.best) for row in panel.rows), default=0)
    rows = _first_column(panel) + BAR + PIXELS.beside + told
    return max(PIXELS.width(panel.title, bold=True), rows)


def _panel_height(panel: Panel) -> int:
    return (len(panel.rows) + 1) * PIXELS.line + MARGIN
