import calendar
import datetime as dt
import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.errors import DefinitionError, UsageError
from redraft.llama.grammar.cursor import Cursor
from redraft.llama.grammar.determined import automaton_of
from redraft.llama.grammar.formats import FORMATS
from redraft.llama.grammar.reading import shape_of
from redraft.llama.grammar.schema import parse_schema, shortest_closing, shortest_instance
from redraft.llama.grammar.shape import schema_of
from tests.llama.grammar.patterns import accepted
from tests.llama.grammar.schemas import schemas


def valid(value, schema):
    jsonschema.validate(value, schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


@settings(deadline=None)
@given(schemas)
def test_the_shortest_instance_satisfies_its_schema(schema):
    valid(json.loads(shortest_instance(schema)), schema)


@settings(deadline=None)
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
    valid(json.loads(whole), schema)


@settings(deadline=None)
@given(schemas)
def test_a_shape_says_what_its_schema_says(schema):
    shape = shape_of(schema)
    assert shape_of(schema_of(shape)) == shape


FORMATTED = {
    "date": (["2024-02-29", "2000-02-29", "0001-01-01"], ["2023-02-29", "1900-02-29", "0000-01-01", "24-1-1"]),
    "time": (["23:59:59Z", "00:00:00.5+01:30"], ["24:00:00Z", "12:00:00", "12:00Z", "12:00:60Z"]),
    "date-time": (["2024-02-29T10:00:00Z"], ["2024-02-30T10:00:00Z", "2024-02-29 10:00:00Z", "2024-02-29"]),
    "uuid": (["123e4567-e89b-12d3-A456-426614174000"], ["123e4567e89b12d3a456426614174000"]),
    "ipv4": (["0.0.0.0", "255.249.199.9"], ["256.0.0.1", "01.1.1.1", "1.1.1"]),
}  # fmt: skip


def test_a_format_is_what_its_name_says(subtests):
    for name, (right, wrong) in FORMATTED.items():
        for text in right + wrong:
            with subtests.test(name=name, text=text):
                cursor = Cursor.at(shape_of({"type": "string", "format": name})).advance(json.dumps(text).encode())
                assert (cursor is not None and cursor.done) == (text in right)


def test_every_day_of_many_years_is_a_date():
    automaton = automaton_of(FORMATS["date"], 0, None)
    for year in [1, 1582, 1900, 2000, 2023, 2024, 9999]:
        days = {dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(366 if calendar.isleap(year) else 365)}
        written = {f"{year:04}-{month:02}-{day:02}" for month in range(14) for day in range(33)}
        assert {text for text in written if accepted(automaton, text)} == {day.isoformat() for day in days}


CLOSINGS = [
    ({"type": "string"}, "", b'""'),
    ({"type": "string"}, '"a\\', b'n"'),
    ({"type": "string", "minLength": 3}, '"a', b'--"'),
    ({"type": "string"}, b'"' + "é".encode()[:1], b'\x80"'),
    ({"type": "integer", "minimum": 17}, "1", b"7"),
    ({"type": "string", "pattern": "^[A-Z]{2}-x$"}, '"A', b'A-x"'),
    ({"type": "string", "pattern": '^[\\n"]y$'}, '"\\', b'ny"'),
    ({"type": "string", "pattern": "^[äöü]$", "maxLength": 1}, b'"' + "ö".encode()[:1], b'\xa4"'),
    ({"type": "string", "pattern": "dog", "minLength": 5}, '"the d', b'og"'),
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
    ({"type": "string", "pattern": "(?=a)b"}, "schema: the pattern '(?=a)b': a look-ahead"),
    ({"type": "string", "pattern": 3}, "pattern is a text"),
    ({"type": "string", "pattern": "^a$", "minLength": 2}, "no text matches the pattern"),
    ({"type": "string", "format": "email"}, "the format 'email' cannot be enforced"),
    ({"type": "string", "format": "dat"}, "Did you mean 'date'"),
    ({"type": "string", "format": "date", "pattern": "^1"}, "pattern and format together"),
    ({"type": "string", "maxlength": 3}, "Did you mean 'maxLength'"),
    ({"type": "string", "minLength": 4, "maxLength": 3}, "minLength 4 is above maxLength 3"),
    ({"type": "string", "minLength": -1}, "a whole number from 0"),
    ({"type": "integer", "minimum": 4, "maximum": 3}, "no number is within the bounds"),
    ({"type": "integer", "minimum": 0.1, "maximum": 0.9}, "no number"),
    ({"enum": []}, "enum allows no value"),
    ({"enum": [[{"a": -9223372036854775806}]]}, "more than 15 digits"),
    ({"const": {"\x1f": "a"}}, "a control character"),
    ({"enum": ["a\ud800"]}, "a control character"),
    ({"const": 1e-300}, "more than 15 digits"),
    ({"anyOf": []}, "anyOf is a list"),
    ({"oneOf": [{"type": "string"}, {"const": "a"}]}, "oneOf of schemas that may share a value"),
    ({"oneOf": [{"const": 1}, {"const": 1.0}]}, "oneOf of schemas that may share a value"),
    ({"oneOf": [{"maximum": 3, "type": "number"}, {"minimum": 3, "type": "integer"}]}, "may share a value"),
    ({"oneOf": [{"properties": {"a": {"type": "null"}}}, {"type": "null"}]}, "schemas without a type"),
    ({"oneOf": []}, "oneOf is a list"),
    ({"type": "integer", "multipleOf": 0.5}, "multipleOf 0.5 cannot be enforced"),
    ({"type": "number", "multipleOf": 2}, "'multipleOf' cannot be enforced here"),
    ({"type": "integer", "multipleOf": 7, "minimum": 1, "maximum": 6}, "no number is within the bounds"),
    ({"type": "array", "items": {"type": "null"}, "uniqueItems": True}, "uniqueItems cannot be enforced"),
    ({"type": "array", "prefixItems": [{"type": "null"}], "minItems": 2}, "minItems 2 is above the 1 items"),
    ({"type": "array", "prefixItems": 3}, "prefixItems is a list"),
    ({"type": "array", "contains": {"type": "null"}, "items": {"type": "null"}}, "'contains' cannot be enforced"),
    (
        {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}},
        "schema.properties.a: the pattern '('",
    ),
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
    (record(properties={"\x7f": {"type": "null"}}), "a control character"),
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


KEYWORDS = [
    "type", "properties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems",
    "uniqueItems", "minLength", "maxLength", "pattern", "format", "minimum", "exclusiveMaximum", "multipleOf", "enum",
    "const", "anyOf", "oneOf", "allOf", "$ref", "$defs", "not",
]  # fmt: skip
TYPES = ["string", "integer", "number", "object", "array", "boolean", "null", "date", "#/$defs/a", "(a", "^a$"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.sampled_from(TYPES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYWORDS, "a"]), inner, max_size=4),
    max_leaves=12,
)


def refusal(schema):
    try:
        shortest_instance(schema)
    except DefinitionError as error:
        return error
    return DefinitionError("none", where="schema")


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYWORDS), anything, max_size=4))
def test_what_is_no_schema_is_one_message_with_the_place(schema):
    error = refusal(schema)
    assert (error.where or "").startswith("schema")
    assert len(str(error).splitlines()) <= 2
