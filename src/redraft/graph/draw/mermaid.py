"""A picture as Mermaid text, which GitHub and many editors lay out by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.graph.draw.palette import LIGHT
from redraft.graph.draw.wording import NO_BREAK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redraft.graph.draw.panel import Panel
    from redraft.graph.draw.scheme import Box, Link, Scheme

__all__ = ["written"]

_SHAPES = {
    "terminal": ("([", "])"),
    "agent": ("(", ")"),
    "evaluate": ("{{", "}}"),
    "select": ("[\\", "/]"),
    "human": ("[/", "/]"),
    "call": ("[[", "]]"),
    "graph": ("[[", "]]"),
    "unknown": ("[", "]"),
    "bar": ("((", "))"),
}


def written(scheme: Scheme, told: str, panel: Panel | None = None) -> str:
    """Return a scheme as a Mermaid flowchart.

    Args:
        scheme: The scheme.
        told: The picture in words.
        panel: What a run made.
    """
    writer = _Writer()
    lines = ["flowchart TD", f"  accTitle: {_plain(f'Graph {scheme.name}')}", f"  accDescr: {_plain(told)}"]
    lines += writer.graph(scheme, "  ")
    if panel:
        rows = [panel.title, *(f"{row.draft}: {row.told}".removesuffix(": ") for row in panel.rows)]
        lines.append(f'  drafts["{_text(rows)}"]')
    return "\n".join([*lines, *writer.links, *writer.looks()]) + "\n"


class _Writer:
    """Numbers boxes and links: no name of a node can then be a word of Mermaid's own, such as `end`."""

    def __init__(self) -> None:
        self.links: list[str] = []
        self._boxes = 0
        self._taken: list[int] = []
        self._left: list[int] = []
        self._kinds: dict[str, list[str]] = {}

    def graph(self, scheme: Scheme, indent: str) -> list[str]:
        """Return the lines of all boxes; the links are kept for later."""
        lines: list[str] = []
        names: dict[str, str] = {}
        for box in scheme.boxes:
            names[box.name] = f"n{self._boxes}"
            self._boxes += 1
            lines += self._box(names[box.name], box, indent)
        for link in scheme.links:
            self._link(names[link.source], names[link.target], link)
        return lines

    def looks(self) -> Iterator[str]:
        """Yield how kinds of boxes look, and what a run took."""
        for kind, names in self._kinds.items():
            ink = LIGHT[kind]
            yield f"  classDef {kind}_ fill:{ink.fill},stroke:{ink.line},color:#1f2328"
            yield f"  class {','.join(names)} {kind}_"
        if self._taken:
            yield f"  linkStyle {','.join(map(str, self._taken))} stroke:{LIGHT['head taken'].fill},stroke-width:3px"
        if self._left:
            yield f"  linkStyle {','.join(map(str, self._left))} opacity:0.4"

    def _box(self, name: str, box: Box, indent: str) -> list[str]:
        text = _text([*box.lines, *box.said])
        if box.inner:
            return [
                f'{indent}subgraph {name}["{text}"]',
                *self.graph(box.inner, f"{indent}  "),
                f"{indent}end",
            ]
        if box.kind != "bar":
            self._kinds.setdefault(box.kind, []).append(name)
        before, after = _SHAPES[box.kind]
        return [f'{indent}{name}{before}"{text or " "}"{after}']

    def _link(self, source: str, target: str, link: Link) -> None:
        if link.mark:
            (self._taken if link.mark == "taken" else self._left).append(len(self.links))
        line = "-.->" if link.dashed else "-->" if link.arrow else "---"
        text = _text([*link.label, *link.said])
        self.links.append(f'  {source} {line}|"{text}"| {target}' if text else f"  {source} {line} {target}")


def _text(lines: Iterable[str]) -> str:
    return "<br/>".join(map(_escaped, lines))


def _escaped(line: str) -> str:
    """Return a line in which no sign means anything to Mermaid or HTML; %% begins a directive wherever it stands."""
    signs = (f"#{ord(sign)};" if sign in '#"&<>`%' else sign for sign in line.replace(NO_BREAK, " "))
    return "".join(signs)


def _plain(text: str) -> str:
    """Return a text for where Mermaid knows no escapes."""
    return "".join(" " if sign in "#;{}%" else sign for sign in text.replace(NO_BREAK, " "))
