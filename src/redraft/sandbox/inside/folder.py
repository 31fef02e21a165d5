"""The working folder of a command: how much it takes, and how it goes."""

from __future__ import annotations

import os

__all__ = ["remove", "size"]

_ENTRY = 1024
"""Bytes counted for each file and folder beside its content."""


def size(path: str, *, limit: int) -> int:
    """Return how many bytes the files in a folder take on the disk, or some number over the limit."""
    total = 0
    try:
        entries = list(os.scandir(path))
    except OSError:
        return 0
    for entry in entries:
        try:
            total += _ENTRY + _on_disk(entry.stat(follow_symlinks=False))
        except OSError:
            continue
        if total <= limit and entry.is_dir(follow_symlinks=False):
            total += size(entry.path, limit=limit - total)
        if total > limit:
            break
    return total


def _on_disk(entry: os.stat_result) -> int:
    blocks: int | None = getattr(entry, "st_blocks", None)  # Windows does not count them
    return entry.st_size if blocks is None else blocks * 512


def remove(path: str) -> None:
    """Remove a folder, also where its maker closed it to itself; nothing that a link leads to is touched."""
    import shutil  # slow to load, and rarely needed by the process around a command

    shutil.rmtree(path, ignore_errors=True)
    if os.path.islink(path) or not os.path.exists(path):
        return
    os.chmod(path, 0o700)
    for parent, names, _ in os.walk(path):
        for place in (f"{parent}/{name}" for name in names):
            if not os.path.islink(place):
                os.chmod(place, 0o700)
    shutil.rmtree(path, ignore_errors=True)
