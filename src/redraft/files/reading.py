"""A text file as it is read: UTF-8, with or without a byte-order mark, with either kind of line end."""

from __future__ import annotations

from pathlib import Path

from redraft.errors import DefinitionError

__all__ = ["read_text"]

LIMIT = 8 << 20
"""Bytes of one definition. A hundred thousand edges take half of it."""


def read_text(path: Path) -> str:
    """Return a file's text, its line ends made newlines.

    Raises:
        DefinitionError: The file is missing, no regular file, too large, or not UTF-8.
    """
    data = _read(Path(path))
    if len(data) > LIMIT:
        raise DefinitionError("the file is larger than 8 MiB", where=str(path), mend="Split it, or name another file.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        what = f"byte {error.start} is not UTF-8"
        raise DefinitionError(what, where=f"{path}:{line}", mend="Save the file as UTF-8.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise DefinitionError("this is not a file", where=str(path), mend="Name a file.")
    try:
        with path.open("rb") as file:
            return file.read(LIMIT + 1)
    except FileNotFoundError as error:
        raise DefinitionError("there is no such file", where=str(path), mend="Check the path.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DefinitionError(f"the file cannot be read: {reason}", where=str(path)) from error
