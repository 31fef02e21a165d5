"""A plugin's source, read and never run: what it declares can be told before it is loaded, or where it cannot be."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["Source"]

_CLAIM = re.compile(r"""\bevaluator\(\s*(?:name\s*=\s*)?["']([a-z][a-z0-9_-]*)["']""")
_HOOK = re.compile(r"@(?:redraft\.)?(?:hookspecs\.)?hookimpl\b[^\n]*\n(?:@[^\n]*\n)*(?:async )?def (redraft_\w+)")
_NEEDED = re.compile(r"^REDRAFT_HOOKS\s*(?::[^=\n]*)?=\s*(\d+)", re.MULTILINE)
_MOST_FILES = 100


class Source:
    """The source files of a plugin.

    Args:
        files: Where they are; one that cannot be read counts as empty.
    """

    def __init__(self, *files: Path) -> None:
        self._files = files

    @classmethod
    def of(cls, point: EntryPoint) -> Source:
        """Return the source of an installed plugin: its module, or all of its package."""
        try:
            spec = importlib.util.find_spec(point.module.partition(".")[0])
            origin = Path(spec.origin or "") if spec else Path()
            files = sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else [origin]
        except (AttributeError, ImportError, OSError, ValueError):
            return cls()
        return cls(*files[:_MOST_FILES])

    def evaluators(self) -> tuple[str, ...]:
        """Return the names of the evaluators that it declares."""
        return self._found(_CLAIM)

    def hooks(self) -> tuple[str, ...]:
        """Return the hooks that it marks."""
        return self._found(_HOOK)

    def hooks_version(self) -> int:
        """Return the version of the hooks that it says it was made for; 0 where it says nothing."""
        return max(map(int, self._found(_NEEDED)), default=0)

    def _found(self, pattern: re.Pattern[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for file in self._files for name in pattern.findall(_text(file))))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
