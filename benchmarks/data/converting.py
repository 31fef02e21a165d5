"""Conversion line by line: what is broken becomes a message, and the rest goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.bench.json_lines import kind_of, object_of
from redraft.bench.tasks import Broken
from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["converted", "field_of", "json_task", "text_of"]


def converted(
    path: Path, lines: Iterable[tuple[int, bytes]], task_of: Callable[[bytes], dict[str, Any]], *, name: str
) -> Iterator[dict[str, Any] | Broken]:
    """Yield a task with an id for each line, or why it is none.

    Args:
        path: The file, for messages.
        lines: Its lines, with their numbers.
        task_of: Returns the task of a line, or raises UsageError.
        name: The data set, for the ids.
    """
    for number, line in lines:
        try:
            yield {"id": f"{name}-{number}", **task_of(line)}
        except UsageError as error:
            yield Broken(path, number, error.what, error.mend)


def json_task(task_of: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[bytes], dict[str, Any]]:
    """Return what makes a task of a line of JSON."""
    return lambda line: task_of(object_of(line))


def field_of(row: dict[str, Any], name: str) -> Any:
    """Return a field of a line.

    Raises:
        UsageError: It is not there.
    """
    if name not in row:
        has = f"it has {', '.join(map(repr, row)):.60}" if row else "it is empty"
        raise UsageError(f"the line has no '{name}'; {has}", mend="Is this the right file? See docs/bench-data.md.")
    return row[name]


def text_of(row: dict[str, Any], name: str) -> str:
    """Return a field that is a text, without the blanks at its ends.

    Raises:
        UsageError: It is not there, is no text, or is empty.
    """
    value = field_of(row, name)
    if not isinstance(value, str):
        raise UsageError(f"'{name}' is a text, not {kind_of(value)}")
    if not value.strip():
        raise UsageError(f"'{name}' is empty")
    return value.strip()
