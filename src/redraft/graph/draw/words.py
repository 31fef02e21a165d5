"""Text that is broken into lines, and measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from redraft.graph.draw.metric import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redraft.graph.draw.metric import Metric
    from redraft.graph.draw.scheme import Box, Link

__all__ = ["Line", "Style", "Words", "words_in", "words_on"]

Style: TypeAlias = Literal["title", "text", "said"]
"""A box's name; what is said of it; what a run has to say."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text."""

    text: str
    style: Style = "text"


@dataclass(frozen=True, slots=True)
class Words:
    """Lines with their size."""

    lines: tuple[Line, ...]
    width: int
    height: int


def words_in(box: Box, metric: Metric) -> Words:
    """Return what stands in a box."""
    title, rest = box.lines[:1], box.lines[1:]
    lines = [*_lines(title, "title", metric.wide, metric), *_lines(rest, "text", metric.wide, metric)]
    return _measured([*lines, *_lines(box.said, "said", metric.wide, metric)], metric)


def words_on(link: Link, metric: Metric) -> Words | None:
    """Return what stands beside a link, or None."""
    lines = [*_lines(link.label, "text", metric.label, metric), *_lines(link.said, "said", metric.label, metric)]
    return _measured(lines, metric) if lines else None


def _lines(texts: Iterable[str], style: Style, wide: int, metric: Metric) -> Iterator[Line]:
    width = partial(metric.width, bold=style != "text")
    return (Line(line, style) for text in texts for line in wrapped(text, wide, width))


def _measured(lines: list[Line], metric: Metric) -> Words:
    width = max((metric.width(line.text, bold=line.style != "text") for line in lines), default=0)
    height = sum(metric.title if line.style == "title" else metric.line for line in lines)
    return Words(tuple(lines), width, height)
