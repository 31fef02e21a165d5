"""What a task or a graph gives: lists of words, names, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from redraft.errors import UsageError
from redraft.text import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft import Task

__all__ = ["given_list", "given_text"]

_NO_TEXTS = (list, dict, bool, type(None))
_COMMA = regex.compile(r"[,，、;；\n]")


def given_list(task: Task, name: str, own: Sequence[str]) -> tuple[str, ...]:
    """Return the entries of a parameter or, where it is empty, of the task's input of that name, each once.

    Raises:
        UsageError: There is no such input, or it is no list of texts, or it is empty.
    """
    given = list(own) or _input(task, name)
    entries = _COMMA.split(given) if isinstance(given, str) else given
    if not isinstance(entries, list) or any(isinstance(entry, _NO_TEXTS) for entry in entries):
        raise UsageError(f"the input '{name}' must be a list of texts, not {_named(entries)}")
    found = {folded(text): text for text in (" ".join(str(entry).split()) for entry in reversed(entries)) if text}
    if not found:
        raise UsageError(f"'{name}' is empty")
    return tuple(reversed(found.values()))


def given_text(task: Task, name: str, own: str | None = None) -> str:
    """Return a parameter or, where it is not set, the task's input of that name.

    Raises:
        UsageError: There is no such input, or it is no text, or it is empty.
    """
    given = _input(task, name) if own is None else own
    if not isinstance(given, str):
        raise UsageError(f"the input '{name}' must be a text, not {_named(given)}")
    if not given.strip():
        raise UsageError(f"'{name}' is empty")
    return given.strip()


def _input(task: Task, name: str) -> object:
    if name not in task.inputs:
        raise UsageError(f"the task has no input '{name}', and the graph sets no parameter '{name}'")
    return task.inputs[name]


def _named(value: object) -> str:
    wrong = [entry for entry in value if isinstance(entry, _NO_TEXTS)] if isinstance(value, list) else []
    return f"a list with {_type_of(wrong[0])} in it" if wrong else _type_of(value)


def _type_of(value: object) -> str:
    return "nothing (null)" if value is None else f"a value of type {type(value).__name__}"
