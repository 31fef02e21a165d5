"""CommonGen-Hard: lists of 20 to 30 words that one text has to use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.data.converting import converted, field_of, json_task
from redraft.bench.json_lines import kind_of, lines_of
from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redraft.bench.tasks import Broken

__all__ = ["GRAPH", "tasks"]

GRAPH = "concepts"


def tasks(path: Path) -> Iterator[dict[str, Any] | Broken]:
    """Yield the tasks of a file of lines `{"concepts": ["dog", …]}`; they have no reference.

    Raises:
        UsageError: The file cannot be read.
    """
    return converted(path, lines_of(path), json_task(_task), name="commongen_hard")


def _task(row: dict[str, Any]) -> dict[str, Any]:
    words = field_of(row, "concepts")
    if not isinstance(words, list):
        raise UsageError(f"'concepts' is a list, not {kind_of(words)}")
    if not words:
        raise UsageError("'concepts' is empty")
    for word in words:
        if not isinstance(word, str) or not word.strip():
            raise UsageError(f"a concept is a word, not {word!r:.40}")
    return {"inputs": {"words": [word.strip() for word in words]}}
