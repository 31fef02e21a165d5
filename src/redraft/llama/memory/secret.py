"""The secret with which this user's files are signed."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from redraft.llama.memory.private import create_private

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["load_secret"]

NAME = "state.secret"

SIZE = 32


def load_secret(folder: Path) -> bytes:
    """Return the secret in a folder, making it where there is none.

    One that is damaged, or that others may read or write, is replaced: what it signed is trusted no more.

    Args:
        folder: The user's data folder.

    Raises:
        OSError: It can be neither read nor made.
    """
    path = folder / NAME
    secret = _read(path)
    if secret is None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
        secret = _read(path)
    if secret is None:
        raise PermissionError(f"{path} can be read by others")
    return secret


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            secret = file.read(SIZE + 1)
    except FileNotFoundError:
        return None
    private = os.name == "nt" or not mode & 0o077
    return secret if private and len(secret) == SIZE else None


def _make(path: Path) -> None:
    part = path.with_name(f"{NAME}.{secrets.token_hex(8)}")
    try:
        with create_private(part) as file:
            file.write(secrets.token_bytes(SIZE))
        _publish(part, path)
    finally:
        part.unlink(missing_ok=True)


def _publish(part: Path, path: Path) -> None:
    """Give the file its name, unless another process was first."""
    try:
        os.link(part, path)
    except FileExistsError:
        if _read(path) is None:
            part.replace(path)
    except OSError:  # a file system without hard links
        part.replace(path)
