"""The inputs that a task gives to these evaluators, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redraft import Task

__all__ = ["source_of", "texts"]


def source_of(task: Task) -> str:
    """Return the text that is summarised; several documents as one, with an empty line between them.

    Raises:
        ValueError: The input `source` is no text and no list of texts, or is empty.
    """
    return "\n\n".join(texts(task, "source"))


def texts(task: Task, name: str) -> tuple[str, ...]:
    """Return an input that is a text or a list of texts.

    Raises:
        ValueError: It is something else, or has no text.
    """
    value = task.inputs[name]
    given = value if isinstance(value, list) else [value]
    found = tuple(item for item in given if isinstance(item, str))
    if len(found) < len(given):
        raise ValueError(f"the input '{name}' must be a text or a list of texts")
    if not any(text.strip() for text in found):
        raise ValueError(f"the input '{name}' is empty")
    return tuple(text for text in found if text.strip())
