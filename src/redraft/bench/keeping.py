"""Lines that outlive a process: one value a line, appended as it is made; a line that was cut off is none."""

from __future__ import annotations

import secrets
from typing import IO, TYPE_CHECKING, Generic, TypeVar

from pydantic import ValidationError

from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redraft.task import Value

__all__ = ["Shelf"]

V = TypeVar("V", bound="Value")


class Shelf(Generic[V]):
    """Keeps values of one kind in a folder, those of each process in a file of its own.

    Nobody appends behind the line at which another process was killed.

    Args:
        folder: The folder.
        kind: What its values are.
    """

    def __init__(self, folder: Path, kind: type[V]) -> None:
        self._folder = folder
        self._kind = kind
        self._file: IO[str] | None = None

    def __iter__(self) -> Iterator[V]:
        for file in sorted(self._folder.glob("*.jsonl")):
            for line in file.read_bytes().splitlines(keepends=True):
                if line.endswith(b"\n"):
                    try:
                        yield self._kind.model_validate_json(line)
                    except ValidationError:  # Of another version, or damaged: it is made again.
                        continue

    def add(self, value: V) -> None:
        """Keep a value; it is there for whoever looks next.

        Raises:
            UsageError: The folder cannot be written.
        """
        try:
            if self._file is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file = (self._folder / f"{secrets.token_hex(6)}.jsonl").open("x", encoding="utf-8")
            self._file.write(value.model_dump_json() + "\n")
            self._file.flush()
        except OSError as error:
            what = f"runs cannot be kept: {error.strerror or error}"
            mend = "Free some space, or set REDRAFT_CACHE_DIR to a folder that can be written."
            raise UsageError(what, where=str(self._folder), mend=mend) from error

    def close(self) -> None:
        """Close its file."""
        if self._file:
            self._file.close()
            self._file = None
