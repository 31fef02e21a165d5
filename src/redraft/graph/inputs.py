"""The named inputs of a task, made what the graph says they are."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from redraft.errors import UsageError

if TYPE_CHECKING:
    from pydantic import JsonValue

__all__ = ["InputType", "check_text", "typed"]

InputType: TypeAlias = Literal["text", "list", "number", "json"]
"""What an input can be. A list is also taken from a text with commas, a number and JSON from their text."""

_SEPARATOR = re.compile("[,\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA}]")
_WHOLE = re.compile(r"[+-]?[0-9]+")


def typed(name: str, kind: InputType, value: JsonValue) -> JsonValue:
    """Return an input's value as its type.

    Args:
        name: The input's name, for errors.
        kind: Its type.
        value: What was given.

    Raises:
        UsageError: The value is empty, or of another type.
    """
    match kind:
        case "list":
            return _list(name, value)
        case "number":
            return _number(name, value)
        case "text":
            return _text(name, value)
        case "json":
            return _json(name, value) if isinstance(value, str) else value


def check_text(text: str, what: str) -> None:
    """Refuse a text that is empty or that no file could hold.

    Raises:
        UsageError: The text is blank, or has a lone surrogate.
    """
    if not text.strip():
        raise UsageError(f"{what} is empty", mend="Give a text.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        what = f"{what} is not valid Unicode at character {error.start + 1}"
        raise UsageError(what, mend="Save it as UTF-8.") from error


def _text(name: str, value: JsonValue) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _other(name, "a text", value)
    check_text(str(value), f"input '{name}'")
    return str(value)


def _list(name: str, value: JsonValue) -> JsonValue:
    given = [part.strip() for part in _SEPARATOR.split(value)] if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        raise _other(name, "a list", value)
    items = [item for item in given if item != ""]
    if not items:
        raise UsageError(f"input '{name}' is empty", mend=f"Give at least one item: -i {name}=one,two.")
    for item in items:
        if isinstance(item, str):
            check_text(item, f"an item of input '{name}'")
    return items


def _number(name: str, value: JsonValue) -> float:
    if isinstance(value, str):
        value = _parsed(name, value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _other(name, "a number", value)
    if isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"input '{name}' is not a finite number", mend="Give a number.")
    return value


def _parsed(name: str, text: str) -> float:
    try:
        return int(text) if _WHOLE.fullmatch(text) else float(text)
    except ValueError as error:
        raise UsageError(f"input '{name}' is not a number: {text[:40]!r}", mend=f"Write -i {name}=3.") from error


def _json(name: str, text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"input '{name}' is not JSON: {error}", mend=f"Write -i {name}='[1, 2]'.") from error
    return value


def _other(name: str, wanted: str, value: JsonValue) -> UsageError:
    return UsageError(f"input '{name}' is {wanted}, not {value!r:.60}", mend="`redraft graphs show` has its type.")
