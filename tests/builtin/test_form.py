"""`format`: whether a draft has the form asked for."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.builtin.form import form
from redraft.errors import DefinitionError
from redraft.evaluation import Use, assess
from redraft.task import Draft, Task

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string", "pattern": "^[A-Z]"}, "age": {"type": "integer"}},
    "required": ["name"],
    "additionalProperties": False,
}


def check(text, **params):
    return form(Draft(text=text), form.validate_params(params))


def test_json_that_satisfies_the_schema_passes():
    assert check(' {"name": "Ann", "age": 5}\n', schema=PERSON).value == 1.0


FAULTS = [
    ('{"name": 5}', "$.name: 5 is not of type 'string'"),
    ('{"name": "ann"}', "$.name: 'ann' does not match '^[A-Z]'"),
    ("{}", "$: 'name' is a required property"),
]


def test_each_fault_says_where_and_what(subtests):
    for text, reason in FAULTS:
        with subtests.test(text=text):
            score = check(text, schema=PERSON)
            assert score.value == 0.5
            assert score.reasons == (reason,)


NO_JSON = ["", "name: Ann", "NaN", '{"name": }', "[" * 100_000, "1" * 5000, "\ud800"]


def test_what_is_no_json_scores_nothing(subtests):
    for text in NO_JSON:
        with subtests.test(text=text):
            score = check(text, schema=PERSON)
            assert score.value == 0.0
            assert score.reasons[0].startswith("not JSON")


def test_a_code_fence_is_named():
    assert "code fence" in check('```json\n{"name": "Ann"}\n```', schema=PERSON).reasons[0]


def test_the_whole_text_must_match_the_pattern():
    assert check(" 2024-01-31\n", pattern=r"\d{4}-\d\d-\d\d").value == 1.0
    score = check("on 2024-01-31", pattern=r"\d{4}-\d\d-\d\d")
    assert (score.value, score.reasons) == (0.0, (r"the text does not match the pattern \d{4}-\d\d-\d\d",))


SENSELESS = [
    ({}, "give a schema or a pattern"),
    ({"pattern": "("}, "no regular expression"),
    ({"schema": {"type": "nonsense"}}, "no JSON schema"),
    ({"schema": {"$ref": "https://example.com/s.json"}}, "refused"),
    ({"schema": {"properties": {"a": {"$ref": "file:///etc/passwd"}}}}, "refused"),
    ({"schema": {"$schema": "http://example.com/meta"}}, "refused"),
    ({"schema": {"patternProperties": {"(a+)+$": {}}}}, "patternProperties is not supported"),
    ({"patern": "x"}, "Did you mean 'pattern'"),
]


def test_parameters_that_make_no_sense_are_refused(subtests):
    for params, message in SENSELESS:
        with subtests.test(params=params), pytest.raises(DefinitionError, match=message):
            form.validate_params(params)


def test_a_reference_inside_the_schema_works():
    schema = {"$defs": {"n": {"type": "integer"}}, "properties": {"a": {"$ref": "#/$defs/n"}}}
    assert check('{"a": 1}', schema=schema).value == 1.0
    assert check('{"a": "x"}', schema=schema).value == 0.5


ENDLESS = [
    ({"pattern": "(a|aa)+$", "seconds": 0.1}, "a" * 60 + "b"),
    ({"schema": {"pattern": "^(a|aa)+$"}, "seconds": 0.1}, f'"{"a" * 60}b"'),
    ({"schema": {"$ref": "#"}}, "{}"),
]


async def test_what_never_ends_is_an_error_and_no_hang(subtests):
    for params, text in ENDLESS:
        with subtests.test(params=params):
            start = time.perf_counter()
            verdict = await assess(Draft(text=text), Task(prompt="p"), [Use(form, params=params)])
            assert verdict.scores[0].error
            assert time.perf_counter() - start < 10


@given(st.text())
def test_the_value_is_always_a_score(text):
    assert 0 <= check(text, schema=PERSON, pattern=r".*\S.*").value <= 1
