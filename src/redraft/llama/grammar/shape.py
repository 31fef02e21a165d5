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
    """A number within bounds; `whole` for an integer, `above`/`below` where a bound itself is out.

    Of a whole number `step` is what it is a multiple of.
    """

    low: Decimal
    high: Decimal
    whole: bool = False
    above: bool = False
    below: bool = False
    step: int = 1

    def holds(self, value: Decimal) -> bool:
        """Return whether a value is within the bounds."""
        high_enough = self.low < value or (self.low == value and not self.above)
        low_enough = value < self.high or (value == self.high and not self.below)
        return high_enough and low_enough and (self.step == 1 or value % self.step == 0)


@dataclass(frozen=True, slots=True)
class ListOf:
    """An array of `low` to `high` items (None: no bound), the `first` ones before others (None: no others)."""

    item: Shape | None
    low: int = 0
    high: int | None = None
    first: tuple[Shape, ...] = ()

    def at(self, index: int) -> Shape:
        """Return the shape of an item within the bounds."""
        found = self.first[index] if index < len(self.first) else self.item
        assert found is not None, "an array without other items ends with its first ones"  # noqa: S101
        return found


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
        case ListOf(item, low, high, first):
            others = {"items": False if item is None else schema_of(item)}
            begin = {"prefixItems": [schema_of(one) for one in first]} if first else {}
            most = {} if high is None else {"maxItems": high}
            return {"type": "array", "minItems": low} | begin | others | most
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
    return schema if shape.step == 1 else schema | {"multipleOf": shape.step}


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
