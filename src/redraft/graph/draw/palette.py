"""The colours of a picture, in light and in dark."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DARK", "FADED", "LIGHT", "Ink"]


@dataclass(frozen=True, slots=True)
class Ink:
    """How something looks: its area, its line (None: none) and the line's width in pixels."""

    fill: str | None
    line: str | None = None
    width: float = 1.5


FADED = 0.45
"""How much is seen of what a run left aside."""

LIGHT = {
    "paper": Ink("#ffffff"),
    "agent": Ink("#e6f1ff", "#2f6fd0"),
    "evaluate": Ink("#e5f6ea", "#2c8a43"),
    "select": Ink("#f2eaff", "#7a4fd0"),
    "human": Ink("#fff3dc", "#b56a00"),
    "call": Ink("#eff1f3", "#57606a"),
    "graph": Ink("#ffffff", "#57606a"),
    "terminal": Ink("#eff1f3", "#57606a"),
    "unknown": Ink("#ffebe9", "#cf222e"),
    "bar": Ink("#57606a"),
    "line": Ink(None, "#6e7781"),
    "head": Ink("#6e7781"),
    "scale": Ink("#e4e7ea"),
    "value": Ink("#8c959f"),
    "line taken": Ink(None, "#0a5cc2", 2.5),
    "head taken": Ink("#0a5cc2"),
    "bar taken": Ink("#0a5cc2"),
    "value taken": Ink("#0a5cc2"),
    "title": Ink("#1f2328"),
    "text": Ink("#4b545d"),
    "said": Ink("#0a5cc2"),
}

DARK = {
    "paper": Ink("#0d1117"),
    "agent": Ink("#12263f", "#4c8dff"),
    "evaluate": Ink("#12301b", "#3fb950"),
    "select": Ink("#271a42", "#a371f7"),
    "human": Ink("#3a2a10", "#d29922"),
    "call": Ink("#22272e", "#8b949e"),
    "graph": Ink("#0d1117", "#8b949e"),
    "terminal": Ink("#22272e", "#8b949e"),
    "unknown": Ink("#3b1416", "#f85149"),
    "bar": Ink("#8b949e"),
    "line": Ink(None, "#8b949e"),
    "head": Ink("#8b949e"),
    "scale": Ink("#30363d"),
    "value": Ink("#6e7681"),
    "line taken": Ink(None, "#58a6ff", 2.5),
    "head taken": Ink("#58a6ff"),
    "bar taken": Ink("#58a6ff"),
    "value taken": Ink("#58a6ff"),
    "title": Ink("#f0f3f6"),
    "text": Ink("#b4bcc5"),
    "said": Ink("#79b8ff"),
}
