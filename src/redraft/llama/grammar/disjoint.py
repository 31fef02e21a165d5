"""Whether two shapes have no value in common."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

from redraft.llama.grammar.shape import Choice, ListOf, Number, Record, Text, Words

if TYPE_CHECKING:
    from redraft.llama.grammar.shape import Shape

__all__ = ["are_disjoint"]


def are_disjoint(one: Shape, other: Shape) -> bool:
    """Return whether it is certain that no value has both shapes: by type, by fixed values, by bounds, by a field."""
    pairs = product(_options(one), _options(other))
    return all(not _types(a) & _types(b) or _apart(a, b) for a, b in pairs)


def _options(shape: Shape) -> list[Shape]:
    return [one for option in shape.options for one in _options(option)] if isinstance(shape, Choice) else [shape]


def _apart(one: Shape, other: Shape) -> bool:
    match one, other:
        case Words(mine), Words(yours):
            return not {_value(text) for text in mine} & {_value(text) for text in yours}
        case Number(), Number():
            return _is_below(one, other) or _is_below(other, one)
        case Record(), Record():
            pairs = product(one.fields, other.fields)
            needed = ((a, b) for a, b in pairs if a.name == b.name and a.required and b.required)
            return any(are_disjoint(a.shape, b.shape) for a, b in needed)
        case _:
            return False


def _types(shape: Shape) -> set[str]:
    match shape:
        case Words(texts):
            return {_type(json.loads(text)) for text in texts}
        case Text():
            return {"string"}
        case Number():
            return {"number"}
        case ListOf():
            return {"array"}
        case Record():
            return {"object"}
        case Choice(options):
            return {name for option in options for name in _types(option)}


def _type(value: Any) -> str:
    names = {str: "string", int: "number", float: "number", list: "array", dict: "object"}
    return names.get(type(value), repr(value))


def _value(text: str) -> str:
    """Return a value's text, the same for equal values: 1.0 is 1, and the order of names says nothing."""
    return json.dumps(json.loads(text, parse_float=_number), sort_keys=True)


def _number(text: str) -> float:
    value = float(text)
    return int(value) if value.is_integer() else value


def _is_below(one: Number, other: Number) -> bool:
    return one.high < other.low or (one.high == other.low and (one.below or other.above))
