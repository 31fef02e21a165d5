"""Builders: a task or a draft in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.task import Draft, Task

if TYPE_CHECKING:
    from pydantic import JsonValue

__all__ = ["make_draft", "make_task"]


def make_task(prompt: str = "Write one sentence.", **inputs: JsonValue) -> Task:
    """Return a task of one turn.

    Args:
        prompt: What is asked.
        **inputs: Its named inputs.

    Examples:
        >>> make_task("Use the words.", words=["dog", "ball"]).inputs
        {'words': ['dog', 'ball']}
    """
    return Task(prompt=prompt, inputs=inputs)  # type: ignore[call-arg]


def make_draft(text: str = "The dog has a ball.", **fields: Any) -> Draft:
    """Return a draft.

    Args:
        text: Its text.
        **fields: The other fields of `Draft`: index, round, parent, author, cut.

    Examples:
        >>> make_draft("Tea, please.", author="reviser").author
        'reviser'
    """
    return Draft(text=text, **fields)
