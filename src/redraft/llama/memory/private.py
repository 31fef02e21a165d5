"""A new file that only its owner may read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["create_private"]


def create_private(path: Path) -> BinaryIO:
    """Create a file that its owner alone may read and write, and open it for writing.

    Args:
        path: The file.

    Raises:
        FileExistsError: There is something under that name.
        OSError: The file cannot be made.
    """
    return cast("BinaryIO", open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)))
