"""Trust: which files of code a user has allowed to run, each for one content."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redraft.errors import UsageError
from redraft.files.folders import data_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Trusted", "forget", "is_trusted", "trust", "trusted"]


@dataclass(frozen=True, slots=True)
class Trusted:
    """A file of code that may run as long as its content has this digest."""

    path: Path
    sha256: str


def trust(path: Path, sha256: str) -> None:
    """Let a file run from now on, with this content alone.

    Args:
        path: The file, absolute.
        sha256: The digest of its content.

    Raises:
        UsageError: It cannot be written down.
    """
    record = _record(path)
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        # A file of its own for each: two processes that trust two files at once do not undo each other.
        with tempfile.NamedTemporaryFile("w", dir=record.parent, delete=False, encoding="utf-8") as file:
            json.dump({"path": str(path), "sha256": sha256}, file)
        Path(file.name).replace(record)
    except OSError as error:
        mend = "Set REDRAFT_DATA_DIR to a folder that can be written."
        raise UsageError(f"trust cannot be kept: {error.strerror}", where=str(record), mend=mend) from error


def forget(path: Path) -> bool:
    """Trust a file no longer, and return whether it was trusted.

    Raises:
        UsageError: The record cannot be removed.
    """
    record = _record(path)
    try:
        record.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UsageError(f"trust cannot be taken back: {error.strerror}", where=str(record)) from error
    return True


def is_trusted(path: Path, sha256: str) -> bool:
    """Return whether a file may run with this content."""
    return _read(_record(path)) == Trusted(path, sha256)


def trusted() -> list[Trusted]:
    """Return every file that is trusted, by path."""
    return sorted(filter(None, map(_read, _records())), key=lambda one: one.path)


def _records() -> Iterator[Path]:
    with suppress(OSError):
        yield from sorted(_folder().glob("*.json"))


def _folder() -> Path:
    return data_dir() / "trust"


def _record(path: Path) -> Path:
    return _folder() / f"{hashlib.sha256(os.fsencode(path)).hexdigest()}.json"


def _read(record: Path) -> Trusted | None:
    """Return what a record says; one that says something else than it should counts for nothing."""
    try:
        data = json.loads(record.read_text(encoding="utf-8"))
        return Trusted(Path(data["path"]), str(data["sha256"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
