"""A place in a file: its line and its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["KeyPath", "Located", "Place", "spell_key"]

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys of tables, positions in lists."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: `graphs/mine.toml:12 nodes.evaluate.agent`."""

    file: Path | str
    line: int | None = None
    key: str = ""

    def __str__(self) -> str:
        spot = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{spot} {self.key}" if self.key else spot


@dataclass(frozen=True, slots=True)
class Located:
    """What a file says, and the line of every key in it.

    Args:
        file: The file.
        data: Its content as tables, lists and plain values.
        lines: The line of each key and list item that has one of its own.
        files: The file of each key that came from another one.
    """

    file: Path | str
    data: dict[str, Any]
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    files: Mapping[KeyPath, Path | str] = field(default_factory=dict)

    def locate(self, path: KeyPath) -> Place:
        """Return the place of a key; of the nearest table round it where the key itself has no line."""
        known = next((path[:end] for end in range(len(path), -1, -1) if path[:end] in self.lines), None)
        if known is None:
            return Place(self.file, None, spell_key(path))
        return Place(self.files.get(known, self.file), self.lines[known], spell_key(path))


def spell_key(path: KeyPath) -> str:
    """Return a path as a person writes it: `edges[2].path`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
