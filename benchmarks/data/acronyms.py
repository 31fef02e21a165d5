"""Acronyms: titles, each with the acronym that people use for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.data.converting import converted, text_of
from redraft.bench.json_lines import lines_of
from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redraft.bench.tasks import Broken

__all__ = ["GRAPH", "tasks"]

GRAPH = "acronym"


def tasks(path: Path) -> Iterator[dict[str, Any] | Broken]:
    """Yield the tasks of a table with tabs, whose first line names the columns `Acronym` and `Title`.

    Raises:
        UsageError: The file cannot be read, or its first line names other columns.
    """
    lines = lines_of(path)
    number, head = next(lines, (1, b""))
    columns = [column.strip() for column in _cells(head)]
    missing = [column for column in ("Acronym", "Title") if column not in columns]
    if missing:
        mend = "It names the columns, with tabs between them: Acronym, Title."
        raise UsageError(f"the first line has no '{missing[0]}'", where=f"{path}:{number}", mend=mend)

    def task_of(line: bytes) -> dict[str, Any]:
        row = dict(zip(columns, _cells(line), strict=False))
        return {"inputs": {"title": text_of(row, "Title")}, "truth": {"acronym": text_of(row, "Acronym")}}

    yield from converted(path, lines, task_of, name="acronyms")


def _cells(line: bytes) -> list[str]:
    try:
        return line.decode("utf-8-sig").rstrip("\r\n").split("\t")
    except UnicodeDecodeError as error:
        raise UsageError(f"byte {error.start + 1} of the line is not UTF-8", mend="Save the file as UTF-8.") from error
