"""A picture as SVG: readable in light and in dark, told in words too, and without a font of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from redraft.graph.draw.metric import TEXT, TITLE
from redraft.graph.draw.palette import DARK, FADED, LIGHT
from redraft.graph.draw.scene import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redraft.graph.draw.outline import Step
    from redraft.graph.draw.palette import Ink
    from redraft.graph.draw.scene import Scene, Writing

__all__ = ["written"]

FONTS = "ui-sans-serif, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
_TEXTS = ("title", "text", "said")


def written(scene: Scene, title: str, told: str) -> str:
    """Return a picture as an SVG document.

    Args:
        scene: The picture.
        title: What it is of.
        told: The picture in words.
    """
    size = f'viewBox="0 0 {scene.width} {scene.height}" width="{scene.width}" height="{scene.height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d"',
        f'     font-family="{FONTS}" font-size="{TEXT}">',
        f'  <title id="t">{escape(title)}</title>',
        f'  <desc id="d">{escape(told)}</desc>',
        "  <style>",
        *_rules(LIGHT, "    "),
        f"    .title {{ font-size: {TITLE}px; font-weight: 600 }} .said {{ font-weight: 600 }}",
        f"    .dashed {{ stroke-dasharray: 6 4 }} .left {{ opacity: {FADED} }}",
        "    @media (prefers-color-scheme: dark) {",
        *_rules(DARK, "      "),
        "    }",
        "  </style>",
        *(f"  {_shape(part) if isinstance(part, Shape) else _text(part)}" for part in scene.parts),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _rules(inks: Mapping[str, Ink], indent: str) -> list[str]:
    return [f"{indent}.{look.replace(' ', '.')} {{ {_ink(ink, look)} }}" for look, ink in inks.items()]


def _ink(ink: Ink, look: str) -> str:
    if look in _TEXTS or ink.line is None:
        return f"fill: {ink.fill}"
    return f"fill: {ink.fill or 'none'}; stroke: {ink.line}; stroke-width: {ink.width}"


def _shape(shape: Shape) -> str:
    names = " ".join(filter(None, (shape.look, shape.mark, "dashed" if shape.dashed else "")))
    hollow = "" if shape.filled or shape.look == "line" else ' fill-opacity="0"'
    return f'<path class="{names}"{hollow} d="{_data(shape.steps)}{"" if shape.look == "line" else "Z"}"/>'


def _data(steps: Sequence[Step]) -> str:
    return "".join(_step(step) for step in steps)


def _step(step: Step) -> str:
    place = f"{step.x:g} {step.y:g}"
    if step.kind == "bend":
        return f"Q{step.via[0]:g} {step.via[1]:g} {place}"
    return f"{'M' if step.kind == 'move' else 'L'}{place}"


def _text(text: Writing) -> str:
    names = " ".join(filter(None, (text.style, text.mark if text.mark == "left" else "")))
    anchor = ' text-anchor="middle"' if text.anchor == "middle" else ""
    return f'<text class="{names}" x="{text.x:g}" y="{text.y:g}"{anchor}>{escape(text.text)}</text>'
