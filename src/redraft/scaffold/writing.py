"""Writing: all files of a scaffold, or none, and never over another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path, PurePosixPath

__all__ = ["write"]


def write(folder: Path, texts: Mapping[PurePosixPath, str]) -> tuple[Path, ...]:
    """Write files below a folder, and return their paths.

    Args:
        folder: Where; it is made if it is not there.
        texts: The texts by their paths.

    Raises:
        UsageError: A file of that name is there, or the folder cannot be written to; nothing is written then.
    """
    paths = {folder / path: text for path, text in texts.items()}
    for path in paths:
        if path.exists() or path.is_symlink():
            raise UsageError("it is there already", where=str(path), mend="Nothing was written. Choose another name.")
    made: list[Path] = []
    try:
        for path, text in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                made.append(path)
                file.write(text)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        what = f"it cannot be written: {error.strerror or error}"
        where = str(error.filename or folder)
        raise UsageError(what, where=where, mend="Nothing is left of it. Choose another folder.") from error
    return tuple(made)
