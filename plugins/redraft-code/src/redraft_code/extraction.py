"""Extraction: the Python code of a draft, whether it stands in Markdown fences or alone."""

from __future__ import annotations

from dataclasses import dataclass

import regex

__all__ = ["extract"]

_FENCE = regex.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*\{?\.?([\w+#.-]*)[^`]*$")
_PYTHON = frozenset({"py", "py3", "python", "python3"})


@dataclass(frozen=True, slots=True)
class _Block:
    language: str
    first: int
    lines: tuple[str, ...]


def extract(text: str) -> str:
    r"""Return the Python code of a draft: what stands in its fences, or all of it where there are none.

    Each line keeps its number, so that line 7 of the code is line 7 of the draft; what is no code is blank. Blocks that
    are marked as Python count, and unmarked ones where no block is; several are one program. A fence that is never
    closed ends with the draft.

    Examples:
        >>> extract("Here:\n```python\nprint(1)\n```\nThat is all.")
        '\n\nprint(1)'
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    blocks = _blocks(lines)
    if not blocks:
        return "\n".join(lines).rstrip()
    marked = [block for block in blocks if block.language in _PYTHON]
    kept = [""] * len(lines)
    for block in marked or [block for block in blocks if not block.language]:
        kept[block.first : block.first + len(block.lines)] = block.lines
    return "\n".join(kept).rstrip()


def _blocks(lines: list[str]) -> list[_Block]:
    found: list[_Block] = []
    number = 0
    while number < len(lines):
        opening = _FENCE.match(lines[number])
        number += 1
        if opening is None:
            continue
        indent, fence, language = opening.groups()
        first = number
        while number < len(lines) and not _closes(lines[number], fence):
            number += 1
        inside = tuple(line.removeprefix(indent) for line in lines[first:number])
        found.append(_Block(language.casefold(), first, inside))
        number += 1
    return found


def _closes(line: str, fence: str) -> bool:
    mark = line.strip()
    return len(mark) >= len(fence) and set(mark) == {fence[0]}
