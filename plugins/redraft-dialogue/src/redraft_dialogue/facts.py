"""The facts that a reply must not contradict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from redraft import Task

__all__ = ["Fact", "facts_of"]

_PAIR = regex.compile(r"^\s*([^:：=]{1,80}?)\s*(?:[:：](?!//|\d\d\b)|=)\s*(\S.*?)\s*$", regex.DOTALL)
_LEADS = "the input 'facts' must be a list of statements, or a table of keys and values"
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact: a statement, or what the value of a key is (`key` is empty for a statement)."""

    text: str
    key: str = ""
    value: str = ""


def facts_of(task: Task) -> list[Fact]:
    """Return the facts of a task; `opening hours: 9 to 5` in a list is a key and its value.

    Raises:
        TypeError: The input `facts` is no list of statements and no table.
        ValueError: It is empty.
    """
    written = task.inputs["facts"]
    given: object = written.splitlines() if isinstance(written, str) else written
    if isinstance(given, dict):
        facts = [_pair(key, _value(value)) for key, value in given.items()]
    elif isinstance(given, list) and all(isinstance(fact, str) for fact in given):
        facts = [_fact(str(fact)) for fact in given if str(fact).strip()]
    else:
        raise TypeError(_LEADS)
    if not facts:
        raise ValueError("the input 'facts' is empty")
    return facts


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    raise TypeError(_LEADS)


def _fact(text: str) -> Fact:
    match = _PAIR.match(text)
    return _pair(match[1], match[2]) if match else Fact(" ".join(text.split())[:_LONGEST])


def _pair(key: str, value: str) -> Fact:
    return Fact(f"{key}: {value}"[:_LONGEST], key[:_LONGEST], value[:_LONGEST])
