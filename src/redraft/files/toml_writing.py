"""Tables as TOML text."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["dump_toml"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def dump_toml(data: Mapping[str, Any]) -> str:
    """Return tables as TOML: plain values first, then each table with a line for each of its keys.

    Args:
        data: Tables, lists of tables, and plain values.

    Raises:
        UsageError: A value is null, or of no type that TOML has.
    """
    plain = {key: value for key, value in data.items() if not _is_table(value) and not _is_tables(value)}
    blocks = ["\n".join(_lines(plain))] if plain else []
    for key, value in data.items():
        if _is_table(value):
            blocks.append("\n".join((f"[{_key(key)}]", *_lines(value))))
        elif _is_tables(value):
            blocks += ["\n".join((f"[[{_key(key)}]]", *_lines(table))) for table in value]
    return "\n\n".join(blocks) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _lines(table: Mapping[str, Any]) -> Iterable[str]:
    return (f"{_key(key)} = {_value(value)}" for key, value in table.items())


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    match value:
        case dict():
            inner = ", ".join(_lines(value))
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
        case str():
            return _text(value)
        case _:
            return _scalar(value)


def _scalar(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            raise UsageError(f"TOML has nothing like {value!r:.60}", mend="Leave it out.")


def _text(text: str) -> str:
    # JSON's texts are TOML's, but for one control character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
