"""The origin of what a plugin registered: its distribution, and how another process finds the plugin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Origin"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a thing comes from.

    Args:
        distribution: The distribution that brought it.
        plugin: The name of its entry point, or of its file.
        module: What the entry point names, `module` or `module:attribute`; for a file, the name that it was loaded as.
        file: The file of a plugin of one file; None for an installed one.
        sha256: The digest of that file's content, as it was loaded.
    """

    distribution: str
    plugin: str
    module: str
    file: Path | None = None
    sha256: str = ""
