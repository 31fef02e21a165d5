"""The inputs that a task gives to these evaluators, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import JsonValue

    from redraft import Task

__all__ = ["texts"]


def texts(task: Task, name: str) -> tuple[str, ...]:
    """Return an input that is a text or a number, or a list of them.

    Raises:
        ValueError: It is something else, or has no text.
    """
    value = task.inputs[name]
    given = value if isinstance(value, list) else [value]
    if not all(_is_text(item) for item in given):
        raise ValueError(f"the input '{name}' must be a text, a number, or a list of them")
    found = tuple(str(item) for item in given if str(item).strip())
    if not found:
        raise ValueError(f"the input '{name}' is empty")
    return found


def _is_text(item: JsonValue) -> bool:
    return isinstance(item, str | int | float) and not isinstance(item, bool)
