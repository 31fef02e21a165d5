"""A graph drawn: in one of four forms, with or without a run on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from redraft.graph.draw import ascii as in_cells
from redraft.graph.draw import mermaid, png, svg
from redraft.graph.draw.panel import panel_of
from redraft.graph.draw.scene import scene_of
from redraft.graph.draw.scheme import scheme_of
from redraft.graph.draw.telling import told
from redraft.graph.draw.trace import trace_of

if TYPE_CHECKING:
    from redraft.graph.draw.run_reading import Run
    from redraft.graph.spec import GraphSpec

__all__ = ["Format", "draw"]

Format: TypeAlias = Literal["ascii", "mermaid", "svg", "png"]
"""What a graph can be drawn as."""


def draw(spec: GraphSpec, form: Format = "svg", *, run: Run | None = None, encoding: str = "utf-8") -> bytes:
    """Return the picture of a graph; the same graph gives the same bytes.

    Args:
        spec: The graph; it need not be a sound one.
        form: What it is drawn as.
        run: A run of this graph, to be drawn on it.
        encoding: What an `ascii` picture is encoded in; the others are UTF-8, or no text.

    Raises:
        UsageError: The graph is too large to be laid out, or cannot be painted here.
    """
    scheme = scheme_of(spec, trace_of(spec, run) if run else None)
    panel = panel_of(run) if run else None
    if form == "mermaid":
        return mermaid.written(scheme, told(scheme), panel).encode()
    if form == "ascii":
        return in_cells.written(scheme, panel, encoding=encoding).encode(encoding)
    if form == "png":
        png.require_painter()
        return png.painted(scene_of(scheme, panel))
    return svg.written(scene_of(scheme, panel), f"Graph {spec.name}", told(scheme)).encode()
