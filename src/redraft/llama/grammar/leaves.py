"""Schemas of values without parts: strings, numbers, and the values of an enum."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from redraft.errors import DefinitionError, nearest
from redraft.llama.grammar.determined import automaton_of
from redraft.llama.grammar.expression import canonical
from redraft.llama.grammar.formats import FORMATS
from redraft.llama.grammar.numerals import is_start
from redraft.llama.grammar.pattern import parse_pattern
from redraft.llama.grammar.refusal import unsupported
from redraft.llama.grammar.shape import DIGITS, Number, Text

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BOUNDS", "compact", "is_plain", "is_type", "number_of", "span", "text_of"]

BOUNDS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
"""The keywords that bound a number."""

_UNWRITABLE = re.compile("[\x00-\x07\x0b\x0e-\x1f\x7f\ud800-\udfff]")


def span(schema: dict[str, Any], low_key: str, high_key: str, where: str) -> tuple[int, int | None]:
    """Return a lower and an upper bound on a count.

    Raises:
        DefinitionError: They are no counts, or no count is within them.
    """
    low, high = schema.get(low_key, 0), schema.get(high_key)
    for key, value in ((low_key, low), (high_key, high)):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise DefinitionError(f"{key} is a whole number from 0, not {value!r}", where=where)
    if high is not None and low > high:
        raise DefinitionError(f"{low_key} {low} is above {high_key} {high}", where=where)
    return low, high


def text_of(schema: dict[str, Any], where: str) -> Text:
    """Return the shape of a string.

    Raises:
        DefinitionError: Its bounds or its pattern cannot be enforced, or no string has them.
    """
    low, high = span(schema, "minLength", "maxLength", where)
    pattern = _pattern(schema, where)
    if pattern is None:
        return Text(low, high)
    try:
        text = Text(low, high, canonical(parse_pattern(pattern)))
        automaton_of(text.pattern or "", low, high)
    except DefinitionError as error:
        raise DefinitionError(error.what, where=where, mend=error.mend) from error
    return text


def _pattern(schema: dict[str, Any], where: str) -> str | None:
    for key in ("pattern", "format"):
        if not isinstance(schema.get(key, ""), str):
            raise DefinitionError(f"{key} is a text, not {schema[key]!r}", where=where)
    if "format" not in schema:
        return schema.get("pattern")
    if "pattern" in schema:
        raise unsupported("pattern and format together cannot be enforced", where)
    name = schema["format"]
    if name not in FORMATS:
        raise DefinitionError(
            f"the format '{name}' cannot be enforced.{nearest(name, FORMATS)}",
            where=where,
            mend=f"Enforced are: {', '.join(FORMATS)}.",
        )
    return FORMATS[name]


def number_of(schema: dict[str, Any], where: str, *, whole: bool) -> Number:
    """Return the shape of a number, or of an integer.

    Raises:
        DefinitionError: No number is within its bounds.
    """
    for key in BOUNDS & set(schema):
        if isinstance(schema[key], bool) or not isinstance(schema[key], int | float) or schema[key] != schema[key]:
            raise DefinitionError(f"{key} is a number, not {schema[key]!r}", where=where)
    edge = Decimal(10**DIGITS - 1)
    low, above = _tighter(schema, "minimum", "exclusiveMinimum", -edge, max)
    high, below = _tighter(schema, "maximum", "exclusiveMaximum", edge, min)
    step = _step(schema, where)
    shape = Number(low, high, whole, above, below, step)
    if low > high or (low == high and (above or below)) or (step > 1 and not is_start(shape, "")):
        raise DefinitionError("no number is within the bounds", where=where)
    return shape


def _step(schema: dict[str, Any], where: str) -> int:
    step = schema.get("multipleOf", 1)
    if isinstance(step, bool) or not isinstance(step, int) or not 0 < step < 10**DIGITS:
        raise unsupported(f"multipleOf {step!r} cannot be enforced, only a whole number above 0", where)
    return step


def _tighter(
    schema: dict[str, Any], closed: str, opened: str, edge: Decimal, pick: Callable[..., Decimal]
) -> tuple[Decimal, bool]:
    bound = pick(edge, Decimal(str(schema[closed]))) if closed in schema else edge
    if opened not in schema:
        return bound, False
    tight = pick(bound, Decimal(str(schema[opened])))
    return tight, tight == Decimal(str(schema[opened]))


def is_type(value: Any, kind: Any) -> bool:
    """Return whether a value is of a type, or of one of several; of any where there is none."""
    if kind is None:
        return True
    kinds = kind if isinstance(kind, list) else [kind]
    names = {
        bool: {"boolean"}, int: {"integer", "number"}, float: {"number"}, str: {"string"},
        type(None): {"null"}, list: {"array"}, dict: {"object"},
    }  # fmt: skip
    return bool(names.get(type(value), set()) & {one for one in kinds if isinstance(one, str)})


def is_plain(value: Any) -> bool:
    """Return whether all of a value can be enforced: at numbers of 19 digits, llguidance ends the process."""
    if isinstance(value, dict | list):
        return all(is_plain(part) for part in ([*value, *value.values()] if isinstance(value, dict) else value))
    if isinstance(value, str):
        return not _UNWRITABLE.search(value)
    if isinstance(value, float) and "e" in repr(value):
        return False
    return not isinstance(value, int | float) or not abs(value) >= 10**DIGITS


def compact(value: Any) -> str:
    """Return a value as JSON without blank space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
