"""A picture as PNG, painted by matplotlib: the same parts in the same places as in the SVG, in light."""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from redraft.errors import UsageError
from redraft.graph.draw.metric import TEXT, TITLE
from redraft.graph.draw.palette import FADED, LIGHT
from redraft.graph.draw.scene import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redraft.graph.draw.outline import Step
    from redraft.graph.draw.palette import Ink
    from redraft.graph.draw.scene import Scene, Writing

__all__ = ["painted", "require_painter"]

SCALE = 2
"""Dots for each pixel, so that small text stays sharp."""
LARGEST = 32_000
"""Dots that a side may have; matplotlib refuses 65,536."""
_DOTS_AN_INCH = 100
_POINTS_A_PIXEL = 72 / _DOTS_AN_INCH
_FONTS = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Microsoft YaHei",
    "Arial Unicode MS",
)
_MEND = "Draw an SVG: --format svg."


def require_painter() -> None:
    """Refuse to paint without matplotlib.

    Raises:
        UsageError: It is not installed.
    """
    if find_spec("matplotlib") is None:
        mend = "Install it: pip install 'redraft[plot]'; --format svg needs nothing."
        raise UsageError("matplotlib, which paints PNGs, is not installed", where="--format png", mend=mend)


def painted(scene: Scene) -> bytes:
    """Return a picture as a PNG file.

    Raises:
        UsageError: matplotlib is not installed, the picture is too large, or no font here has a character of it.
    """
    require_painter()
    if max(scene.width, scene.height) * SCALE > LARGEST:
        what = f"the picture is too large for a PNG: {scene.width:,} × {scene.height:,} pixels"
        raise UsageError(what, where="--format png", mend=_MEND)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(scene.width / _DOTS_AN_INCH, scene.height / _DOTS_AN_INCH), dpi=_DOTS_AN_INCH * SCALE)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, scene.width)
    axes.set_ylim(scene.height, 0)
    fonts = _fonts(scene)
    for order, part in enumerate(scene.parts):
        if isinstance(part, Shape):
            axes.add_patch(_patch(part, order))
        else:
            _write(part, axes, fonts, order)
    file = io.BytesIO()
    # Without the version of matplotlib, the same picture is the same file.
    FigureCanvasAgg(figure).print_png(file, metadata={"Software": None})
    return file.getvalue()


def _patch(shape: Shape, order: int) -> Any:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    ink = _ink(shape)
    closed = shape.look != "line"
    strokes = [*shape.steps, *(shape.steps[:1] if closed else ())]
    places = [place for step in strokes for place in _places(step)]
    codes = [code for step in shape.steps for code in _codes(step)] + ([int(Path.CLOSEPOLY)] if closed else [])
    return PathPatch(
        Path(places, codes),
        facecolor=ink.fill if shape.filled and ink.fill else "none",
        edgecolor=ink.line or "none",
        linewidth=ink.width * _POINTS_A_PIXEL,
        linestyle=(0, (4, 3)) if shape.dashed else "solid",
        alpha=FADED if shape.mark == "left" else None,
        zorder=order,
        capstyle="butt",
    )


def _ink(shape: Shape) -> Ink:
    return LIGHT.get(f"{shape.look} {shape.mark}") or LIGHT[shape.look]


def _places(step: Step) -> Iterator[tuple[float, float]]:
    if step.kind == "bend":
        yield step.via
    yield step.x, step.y


def _codes(step: Step) -> Sequence[int]:
    from matplotlib.path import Path

    kinds = {"move": (Path.MOVETO,), "line": (Path.LINETO,), "bend": (Path.CURVE3, Path.CURVE3)}
    return [int(code) for code in kinds[step.kind]]


def _write(text: Writing, axes: Any, fonts: Sequence[str], order: int) -> None:
    axes.text(
        text.x,
        text.y,
        text.text,
        color=LIGHT[text.style].fill,
        fontfamily=fonts,
        fontsize=(TITLE if text.style == "title" else TEXT) * _POINTS_A_PIXEL,
        fontweight="normal" if text.style == "text" else "bold",
        ha="center" if text.anchor == "middle" else "left",
        va="baseline",
        alpha=FADED if text.mark == "left" else None,
        parse_math=False,
        zorder=order,
    )


def _fonts(scene: Scene) -> list[str]:
    """Return the fonts of this machine that have all characters of a picture.

    Raises:
        UsageError: No font has one of them.
    """
    from matplotlib.font_manager import findfont, fontManager, get_font

    there = {font.name for font in fontManager.ttflist}
    fonts = [name for name in _FONTS if name in there]
    faces = [get_font(findfont(name)) for name in fonts]
    signs = sorted({sign for part in scene.parts if not isinstance(part, Shape) for sign in part.text})
    for sign in signs:
        if not any(face.get_char_index(ord(sign)) for face in faces):
            what = f"no font that is found on this machine has the character '{sign}'"
            raise UsageError(what, where="--format png", mend=_MEND)
    return fonts
