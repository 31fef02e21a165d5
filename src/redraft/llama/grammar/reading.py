"""A JSON schema read to the shape that is enforced; what cannot be enforced is refused by name."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from redraft.errors import DefinitionError, nearest
from redraft.llama.grammar.determined import automaton_of
from redraft.llama.grammar.disjoint import are_disjoint
from redraft.llama.grammar.leaves import BOUNDS, compact, is_plain, is_type, number_of, span, text_of
from redraft.llama.grammar.refusal import unsupported
from redraft.llama.grammar.shape import Choice, Field, ListOf, Record, Shape, Text, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["shape_of"]

MAX_SHAPES = 5_000
"""Bound on the parts of one schema, so that nested references cannot blow it up."""

MAX_DEPTH = 50
"""How deep values may stand in each other."""

MAX_LEAST = 100_000
"""Characters that the shortest value of a schema may have: no model writes more, and to build more takes the memory."""

_NOTES = frozenset(
    {"title", "description", "default", "examples", "deprecated", "discriminator", "readOnly", "writeOnly"}
)
_NOTES |= {"$schema", "$id", "$comment", "$defs", "definitions"}
_KEYS: dict[str, frozenset[str]] = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "prefixItems", "minItems", "maxItems", "uniqueItems"}),
    "string": frozenset({"minLength", "maxLength", "pattern", "format"}),
    "number": BOUNDS,
    "integer": BOUNDS | {"multipleOf"},
    "boolean": frozenset(),
    "null": frozenset(),
}


def shape_of(schema: Mapping[str, Any]) -> Shape:
    """Reduce a JSON schema to its shape.

    Raises:
        DefinitionError: The schema uses something that is not enforced, or cannot hold for any value.
    """
    shape = _Reader(schema).read(schema, "schema", ())
    if _least(shape) > MAX_LEAST:
        raise DefinitionError(
            f"the schema's shortest value has more than {MAX_LEAST:,} characters",
            where="schema",
            mend="Lower minItems or minLength.",
        )
    return shape


def _least(shape: Shape) -> int:
    """Return about how many characters the shortest value has, without making it."""
    match shape:
        case Text(low, high, pattern) if pattern is not None:
            automaton = automaton_of(pattern, low, high)
            return automaton.needs(automaton.start) + 2
        case Text(low):
            return low + 2
        case ListOf(item, low, _, first):
            others = low - len(first)
            known = sum(_least(one) + 1 for one in first[:low])
            return known + (others * (_least(item) + 1) if item and others > 0 else 0) + 2
        case Record(fields):
            return sum(len(entry.name) + _least(entry.shape) for entry in fields if entry.required) + 2
        case Choice(options):
            return min(_least(option) for option in options)
        case _:
            return 1


class _Reader:
    """Reads one schema, following its references.

    Args:
        root: The whole schema, where references are looked up.
    """

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._count = 0
        self._depth = 0
        self._implied = 0

    def read(self, schema: Any, where: str, open_refs: tuple[str, ...]) -> Shape:
        self._count += 1
        if self._count > MAX_SHAPES:
            raise DefinitionError(f"the schema has more than {MAX_SHAPES} parts", where=where)
        if self._depth == MAX_DEPTH:
            raise DefinitionError(f"the schema is more than {MAX_DEPTH} levels deep", where="schema")
        if not isinstance(schema, dict) or not all(isinstance(key, str) for key in schema):
            raise unsupported(f"a schema is a table, not {schema!r}"[:80], where)
        self._depth += 1
        shape = self._read(schema, where, open_refs)
        self._depth -= 1
        return shape

    def _read(self, schema: dict[str, Any], where: str, open_refs: tuple[str, ...]) -> Shape:
        keys = set(schema) - _NOTES
        for key, read in self._forms().items():
            if key in keys:
                _only(keys, {key, "type"} if key in {"enum", "const"} else {key}, where)
                return read(schema, where, open_refs)
        return self._typed(schema, where, open_refs)

    def _forms(self) -> dict[str, Callable[[dict[str, Any], str, tuple[str, ...]], Shape]]:
        return {
            "$ref": self._ref,
            "anyOf": self._any,
            "oneOf": self._one,
            "allOf": self._all,
            "enum": self._enum,
            "const": self._const,
        }

    def _ref(self, schema: dict[str, Any], where: str, open_refs: tuple[str, ...]) -> Shape:
        ref = schema["$ref"]
        if ref in open_refs:
            raise unsupported(f"the reference '{ref}' contains itself", where)
        target: Any = self._root
        for step in str(ref).removeprefix("#").strip("/").split("/"):
            target = target.get(step) if isinstance(target, dict) else None
        if target is None or not str(ref).startswith("#/"):
            raise DefinitionError(f"the reference '{ref}' leads nowhere", where=where)
        return self.read(target, where, (*open_refs, ref))

    def _any(self, schema: dict[str, Any], where: str, open_refs: tuple[str, ...]) -> Shape:
        options = schema["anyOf"]
        if not isinstance(options, list) or not options:
            raise DefinitionError("anyOf is a list of schemas", where=where)
        return _choice([self.read(option, f"{where}.anyOf[{i}]", open_refs) for i, option in enumerate(options)])

    def _one(self, schema: dict[str, Any], where: str, open_refs: tuple[str, ...]) -> Shape:
        options = schema["oneOf"]
        if not isinstance(options, list) or not options:
            raise DefinitionError("oneOf is a list of schemas", where=where)
        implied = self._implied
        shapes = [self.read(option, f"{where}.oneOf[{i}]", open_refs) for i, option in enumerate(options)]
        if self._implied > implied:
            raise unsupported("oneOf of schemas without a type cannot be enforced", where)
        if not all(are_disjoint(one, other) for one, other in combinations(shapes, 2)):
            raise unsupported("oneOf of schemas that may share a value cannot be enforced; anyOf can", where)
        return _choice(shapes)

    def _all(self, schema: dict[str, Any], where: str, open_refs: tuple[str, ...]) -> Shape:
        parts = schema["allOf"]
        if not isinstance(parts, list) or len(parts) != 1:
            raise unsupported("allOf of several schemas cannot be enforced", where)
        return self.read(parts[0], where, open_refs)

    def _enum(self, schema: dict[str, Any], where: str, _refs: tuple[str, ...]) -> Shape:
        values = schema["enum"]
        if not isinstance(values, list):
            raise DefinitionError("enum is a list of values", where=where)
        kept = [value for value in values if is_type(value, schema.get("type"))]
        if not kept:
            raise DefinitionError("enum allows no value", where=where)
        if not all(is_plain(value) for value in kept):
            raise unsupported("a control character, or more than 15 digits, in enum or const cannot be enforced", where)
        try:
            return Words(tuple(dict.fromkeys(compact(value) for value in kept)))
        except (TypeError, ValueError, RecursionError) as error:
            raise DefinitionError("a value of enum or const is not JSON; put a date in quotes", where=where) from error

    def _const(self, schema: dict[str, Any], where: str, refs: tuple[str, ...]) -> Shape:
        return self._enum({"enum": [schema["const"]]} | {k: schema[k] for k in ("type",) if k in schema}, where, refs)

    def _typed(self, schema: dict[str, Any], where: str, open_refs: tuple[str, ...]) -> Shape:
        kind = schema.get("type", _implied(schema))
        self._implied += "type" not in schema
        if isinstance(kind, list) and kind:
            allowed = frozenset().union(*(_KEYS.get(one, frozenset()) for one in kind if isinstance(one, str)))
            _only(set(schema) - _NOTES, allowed | {"type"}, where)
            return _choice([self._typed(_narrow(schema, one), where, open_refs) for one in kind])
        if not isinstance(kind, str) or kind not in _KEYS:
            hint = nearest(kind, _KEYS) if isinstance(kind, str) else ""
            raise unsupported(f"the type {kind!r} cannot be enforced.{hint}", where)
        _only(set(schema) - _NOTES, _KEYS[kind] | {"type"}, where)
        return self._of_kind(kind, schema, where, open_refs)

    def _of_kind(self, kind: str, schema: dict[str, Any], where: str, open_refs: tuple[str, ...]) -> Shape:
        match kind:
            case "object":
                return self._record(schema, where, open_refs)
            case "array":
                return self._list(schema, where, open_refs)
            case "string":
                return text_of(schema, where)
            case "boolean":
                return Words(("true", "false"))
            case "null":
                return Words(("null",))
            case _:
                return number_of(schema, where, whole=kind == "integer")

    def _list(self, schema: dict[str, Any], where: str, open_refs: tuple[str, ...]) -> Shape:
        low, high = span(schema, "minItems", "maxItems", where)
        if schema.get("uniqueItems", False) is not False and (high is None or high > 1):
            raise unsupported("uniqueItems cannot be enforced", where)
        begin = schema.get("prefixItems", [])
        if not isinstance(begin, list):
            raise DefinitionError("prefixItems is a list of schemas", where=where)
        first = tuple(self.read(one, f"{where}.prefixItems[{i}]", open_refs) for i, one in enumerate(begin))
        if not first or ("items" in schema and schema["items"] is not False):
            return ListOf(self.read(schema.get("items"), f"{where}.items", open_refs), low, high, first)
        if low > len(first):
            raise DefinitionError(f"minItems {low} is above the {len(first)} items of prefixItems", where=where)
        return ListOf(None, low, len(first) if high is None else min(high, len(first)), first)

    def _record(self, schema: dict[str, Any], where: str, open_refs: tuple[str, ...]) -> Shape:
        properties = schema.get("properties")
        if not isinstance(properties, dict) or not properties:
            raise unsupported("an object without properties cannot be enforced", where)
        if isinstance(schema.get("additionalProperties"), dict):
            raise unsupported("additionalProperties with a schema cannot be enforced", where)
        if not all(isinstance(name, str) for name in properties):
            raise DefinitionError("the name of a property is a text; put it in quotes", where=where)
        if not all(is_plain(name) for name in properties):
            raise unsupported("a control character in the name of a property cannot be enforced", where)
        required = schema.get("required", [])
        if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
            raise DefinitionError("required is a list of names", where=where)
        unknown = [name for name in required if name not in properties]
        if unknown:
            hint = nearest(str(unknown[0]), properties)
            raise DefinitionError(f"'{unknown[0]}' is required and is no property.{hint}", where=where)
        fields = (
            Field(name, self.read(inner, f"{where}.properties.{name}", open_refs), required=name in required)
            for name, inner in properties.items()
        )
        return Record(tuple(fields))


def _choice(options: list[Shape]) -> Shape:
    return options[0] if len(options) == 1 else Choice(tuple(options))


def _narrow(schema: dict[str, Any], kind: Any) -> dict[str, Any]:
    allowed = _KEYS.get(kind, frozenset()) if isinstance(kind, str) else frozenset()
    return {key: value for key, value in schema.items() if key in allowed} | {"type": kind}


def _implied(schema: dict[str, Any]) -> str | None:
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema else None


def _only(keys: set[str], allowed: set[str] | frozenset[str], where: str) -> None:
    extra = sorted(keys - allowed)
    if extra:
        raise unsupported(f"'{extra[0]}' cannot be enforced here.{nearest(extra[0], allowed)}", where)
