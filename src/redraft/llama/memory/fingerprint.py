"""The fingerprint of a model's or an adapter's file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["fingerprint"]

WHOLE = 256 * 2**20
"""Bytes up to which a file is read as a whole: a fifth of a second."""

END = 2**20
"""Bytes read at either end of a larger one."""

BLOCKS, BLOCK = 1024, 16 * 2**10
"""Blocks read between, evenly spaced, and their bytes."""


def fingerprint(path: Path) -> str:
    """Return a digest of a file: of all of it, or of samples where it is large.

    Other weights differ nearly everywhere, so samples tell models apart; they do not tell who meant to deceive.

    Args:
        path: The file.

    Raises:
        OSError: The file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=32)
    with path.open("rb") as file:
        size = file.seek(0, 2)
        digest.update(size.to_bytes(8, "little"))
        for part in _parts(file, size):
            digest.update(part)
    return digest.hexdigest()


def _parts(file: BinaryIO, size: int) -> Iterator[bytes]:
    if size <= WHOLE:
        file.seek(0)
        yield from iter(lambda: file.read(END), b"")
        return
    for offset, length in _samples(size):
        file.seek(offset)
        yield file.read(length)


def _samples(size: int) -> Iterator[tuple[int, int]]:
    yield 0, END
    between = size - 2 * END - BLOCK
    for at in range(BLOCKS):
        yield END + between * at // (BLOCKS - 1), BLOCK
    yield size - END, END
