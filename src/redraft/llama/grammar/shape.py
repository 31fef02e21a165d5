"""The shape of a JSON value: a schema reduced to what can be enforced while decoding."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

__all__ = ["Choice", "Field", "ListOf", "Number", "Record", "Shape", "Text", "Words", "schema_of"]

DIGITS = 15
"""Longest integer part of a number: what a double holds exactly."""


@dataclass(frozen=True, slots=True)
class Words:
    """One of some fixed JSON texts: an enum, a const, a boolean or null."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A string of `low` to `high` characters (None: no bound), in which a pattern is found (None: any)."""

    low: int = 0
    high: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds; `whole` for an integer, `above`/`below` where a bound itself is out."""

    low: Decimal
    high: Decimal
    whole: bool = False
    above: bool = False
    below: bool = False

    def holds(self, value: Decimal) -> bool:
        """Return whether a value is within the bounds."""
        return (self.low < value or (self.low == value and not self.above)) and (
            value < self.high or (value == self.high and not self.below)
        )


@dataclass(frozen=True, slots=True)
class ListOf:
    """An array of `low` to `high` items (None: no bound)."""

    item: Shape
    low: int = 0
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One property of an object."""

    name: str
    shape: Shape
    required: bool


@dataclass(frozen=True, slots=True)
class Record:
    """An object with these properties, in this order, and no others."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of several shapes."""

    options: tuple[Shape, ...]


Shape: TypeAlias = Words | Text | Number | ListOf | Record | Choice


def schema_of(shape: Shape) -> dict[str, Any]:
    """Return the JSON schema of a shape: the least that says the same."""
    match shape:
        case Words(texts):
            return {"enum": [json.loads(text) for text in texts]}
        case Text(low, high, pattern):
            bounds = {} if high is None else {"maxLength": high}
            sought = {} if pattern is None else {"pattern": pattern}
            return {"type": "string", "minLength": low} | bounds | sought
        case Number():
            return _number_schema(shape)
        case ListOf(item, low, high):
            most = {} if high is None else {"maxItems": high}
            return {"type": "array", "items": schema_of(item), "minItems": low} | most
        case Record(fields):
            return {
                "type": "object",
                "properties": {entry.name: schema_of(entry.shape) for entry in fields},
                "required": [entry.name for entry in fields if entry.required],
                "additionalProperties": False,
            }
        case Choice(options):
            return {"anyOf": [schema_of(option) for option in options]}


def _number_schema(shape: Number) -> dict[str, Any]:
    edge = Decimal(10**DIGITS - 1)
    schema: dict[str, Any] = {"type": "integer" if shape.whole else "number"}
    if shape.low > -edge:
        schema["exclusiveMinimum" if shape.above else "minimum"] = _plain(shape.low)
    if shape.high < edge:
        schema["exclusiveMaximum" if shape.below else "maximum"] = _plain(shape.high)
    return schema


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
