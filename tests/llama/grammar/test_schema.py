import datetime as dt
import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.errors import DefinitionError, UsageError
from redraft.llama.grammar.cursor import Cursor
from redraft.llama.grammar.schema import parse_schema, shortest_closing, shortest_instance
from redraft.llama.grammar.shape import schema_of, shape_of

numbers = st.integers(-50, 50) | st.floats(-50, 50, allow_nan=False).map(lambda value: round(value, 3))


@st.composite
def bounded_numbers(draw):
    low, high = sorted([draw(numbers), draw(numbers)])
    kind = draw(st.sampled_from(["number", "integer"]))
    if kind == "integer":
        low, high = int(low) - 1, int(high) + 1
    return {"type": kind, "minimum": low, "maximum": high}


strings = st.builds(
    lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more},
    st.integers(0, 3),
    st.integers(0, 4),
)
words = st.lists(st.none() | st.booleans() | st.integers() | st.text(max_size=4), min_size=1, max_size=3).map(
    lambda v: {"enum": v}
)
leaves = st.sampled_from(
    [{"type": "boolean"}, {"type": "null"}, {"type": "integer"}, {"type": "number"}, {"type": "string"}]
)


def lists(items):
    return st.builds(
        lambda item, low, more: {"type": "array", "items": item, "minItems": low, "maxItems": low + more},
        items, st.integers(0, 2), st.integers(0, 2),
    )  # fmt: skip


def objects(values):
    names = st.text(st.characters(codec="utf-8"), max_size=3)

    def built(properties, count):
        return {"type": "object", "properties": properties, "required": list(properties)[:count]}

    return st.builds(built, st.dictionaries(names, values, min_size=1, max_size=3), st.integers(0, 3))


def choices(options):
    return st.lists(options, min_size=1, max_size=3).map(lambda found: {"anyOf": found})


schemas = st.recursive(
    leaves | strings | words | bounded_numbers(),
    lambda inner: lists(inner) | objects(inner) | choices(inner),
    max_leaves=6,
)


@given(schemas)
def test_the_shortest_instance_satisfies_its_schema(schema):
    jsonschema.validate(json.loads(shortest_instance(schema)), schema)


@given(schemas, st.data())
def test_any_prefix_can_be_closed(schema, data):
    """Walk at random through what the cursor allows, and close it."""
    cursor, text = Cursor.at(shape_of(schema)), b""
    for _ in range(data.draw(st.integers(0, 25))):
        nexts = [byte for byte in range(256) if cursor.advance(bytes([byte]))]
        if not nexts:
            break
        byte = data.draw(st.sampled_from(nexts))
        cursor, text = cursor.advance(bytes([byte])), text + bytes([byte])
    whole = text + shortest_closing(schema, text)
    jsonschema.validate(json.loads(whole), schema)


@given(schemas)
def test_a_shape_says_what_its_schema_says(schema):
    shape = shape_of(schema)
    assert shape_of(schema_of(shape)) == shape


CLOSINGS = [
    ({"type": "string"}, "", b'""'),
    ({"type": "string"}, '"a\\', b'n"'),
    ({"type": "string", "minLength": 3}, '"a', b'--"'),
    ({"type": "string"}, b'"' + "é".encode()[:1], b'\x80"'),
    ({"type": "integer", "minimum": 17}, "1", b"7"),
    ({"type": "number", "minimum": 0, "maximum": 1}, "0.", b"0"),
    ({"type": "integer"}, "12", b""),
    ({"type": "array", "items": {"type": "null"}, "minItems": 2}, "[nu", b"ll,null]"),
    ({"anyOf": [{"const": "aab"}, {"const": "aac1"}]}, '"aa', b'b"'),
    (
        {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "null"}}, "required": ["b"]},
        "{",
        b'"b":null}',
    ),
]


def test_the_shortest_closing(subtests):
    for schema, prefix, ending in CLOSINGS:
        with subtests.test(schema=schema):
            assert shortest_closing(schema, prefix) == ending


def test_what_is_no_prefix_cannot_be_closed(subtests):
    for prefix in ["x", '{"b', '{"a" ', '{"a":01', '{"a":1}}']:
        with subtests.test(prefix=prefix):
            schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
            with pytest.raises(UsageError, match="begins with"):
                shortest_closing(schema, prefix)


REFUSED = [
    (True, "a schema is a table"),
    ({}, "the type None cannot be enforced"),
    ({"type": "strin"}, "Did you mean 'string'"),
    ({"type": "object"}, "an object without properties"),
    ({"type": "string", "pattern": "a+"}, "'pattern' cannot be enforced"),
    ({"type": "string", "maxlength": 3}, "Did you mean 'maxLength'"),
    ({"type": "string", "minLength": 4, "maxLength": 3}, "minLength 4 is above maxLength 3"),
    ({"type": "string", "minLength": -1}, "a whole number from 0"),
    ({"type": "integer", "minimum": 4, "maximum": 3}, "no number is within the bounds"),
    ({"type": "integer", "minimum": 0.1, "maximum": 0.9}, "no number"),
    ({"enum": []}, "enum allows no value"),
    ({"anyOf": []}, "anyOf is a list"),
    ({"oneOf": [{"type": "null"}]}, "cannot be enforced"),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "array", "items": {"$ref": "#/$defs/a"}}}}, "contains itself"),
    ({"$ref": "#/$defs/b"}, "leads nowhere"),
    (
        {"type": "object", "properties": {"a": {"type": "null"}}, "required": ["b"]},
        "'b' is required and is no property",
    ),
    ({"type": "array"}, "a schema is a table"),
    ({"type": "array", "items": {"type": "date"}}, "schema.items"),
]


def test_what_cannot_be_enforced_is_refused(subtests):
    for schema, said in REFUSED:
        with subtests.test(schema=schema):
            with pytest.raises(DefinitionError) as caught:
                shortest_instance(schema)
            assert said in str(caught.value)


def test_references_that_multiply_are_refused():
    level = {"type": "null"}
    definitions = {"l0": level}
    for depth in range(1, 30):
        definitions[f"l{depth}"] = {"anyOf": [{"$ref": f"#/$defs/l{depth - 1}"}] * 2}
    with pytest.raises(DefinitionError, match="more than"):
        shape_of({"$ref": "#/$defs/l29", "$defs": definitions})


def test_a_schema_may_be_given_as_text():
    assert parse_schema('{"type": "null"}') == parse_schema({"type": "null"})
    with pytest.raises(DefinitionError, match="not JSON"):
        parse_schema("{")


def nested(levels):
    schema = {"type": "null"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


def record(**changes):
    return {"type": "object", "properties": {"a": {"type": "null"}}} | changes


EXTREME = [
    ({"type": "string", "minLength": 10**12}, "shortest value"),
    (
        {"type": "array", "minItems": 10**5, "items": {"type": "array", "minItems": 10**9, "items": {"enum": [1]}}},
        "shortest value",
    ),
    (nested(2_000), "levels deep"),
    ({"type": "number", "minimum": float("nan")}, "minimum is a number"),
    (record(required=5), "required is a list of names"),
    (record(required="a"), "required is a list of names"),
    (record(required=[["a"]]), "required is a list of names"),
    (record(properties={1: {"type": "null"}}), "put it in quotes"),
    ({"enum": [dt.date(2020, 1, 1)]}, "not JSON"),
    ({"const": float("nan")}, "not JSON"),
    ({"type": "string", 3: 4, "zz": 1}, "a schema is a table"),
    ({"type": []}, "cannot be enforced"),
]


def test_a_schema_that_no_file_should_hold_is_refused_with_a_message(subtests):
    for schema, message in EXTREME:
        with subtests.test(schema=schema), pytest.raises(DefinitionError, match=message):
            shortest_instance(schema)


def test_a_schema_may_be_as_deep_as_people_write_them():
    assert shortest_instance(nested(40)) == "[]"
