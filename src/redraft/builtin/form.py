"""The evaluator `format`: whether a draft has the form asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

import regex
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from redraft.evaluation import evaluator
from redraft.task import Score

if TYPE_CHECKING:
    from redraft.task import Draft

__all__ = ["FormParams", "form"]

_MOST_PATTERN = 2_000
_NOT_JSON = "not JSON"


class FormParams(BaseModel):
    """The form asked for: a JSON schema, a pattern, or both.

    Attributes:
        schema_: A JSON schema (`schema` in a graph) that the draft, read as JSON, must satisfy. References stay within
            the schema.
        pattern: A regular expression that the whole draft must match, spaces at its ends aside.
        seconds: Time that matching may take.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: dict[str, Any] | None = Field(default=None, alias="schema")
    pattern: str | None = Field(default=None, max_length=_MOST_PATTERN)
    seconds: float = Field(default=1.0, gt=0, le=30)

    @field_validator("schema_")
    @classmethod
    def _is_schema(cls, schema: dict[str, Any] | None) -> dict[str, Any] | None:
        if schema is not None:
            from redraft.builtin.schema import SchemaError, require_safe

            try:
                require_safe(schema)
            except SchemaError as error:
                raise ValueError(str(error)) from error
        return schema

    @field_validator("pattern")
    @classmethod
    def _is_pattern(cls, pattern: str | None) -> str | None:
        try:
            regex.compile(pattern or "")
        except (regex.error, RecursionError) as error:
            raise ValueError(f"no regular expression: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.schema_ is None and self.pattern is None:
            raise ValueError("give a schema or a pattern")
        return self


@evaluator("format", kind="verifier", params=FormParams, cost="medium")
def form(draft: Draft, params: FormParams) -> Score:
    """Whether the draft is JSON that satisfies a schema, or matches a regular expression."""
    text = draft.text.strip()
    wrong = _json_faults(text, params.schema_, seconds=params.seconds) if params.schema_ is not None else []
    if params.pattern is not None and not _matches(text, params.pattern, seconds=params.seconds):
        return Score(0.0, [*wrong, f"the text does not match the pattern {params.pattern}"])
    return Score(0.0 if wrong and wrong[0].startswith(_NOT_JSON) else 1 / (1 + len(wrong)), wrong)


def _json_faults(text: str, schema: dict[str, Any], *, seconds: float) -> list[str]:
    from redraft.builtin.schema import faults

    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        return [f"{_NOT_JSON}: nested too deeply"]
    except ValueError as error:
        fence = "; leave the code fence away" if text.startswith("```") else ""
        return [f"{_NOT_JSON}: {error}{fence}"]
    return faults(value, schema, seconds=seconds)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _matches(text: str, pattern: str, *, seconds: float) -> bool:
    try:
        return regex.fullmatch(pattern, text, timeout=seconds, concurrent=True) is not None
    except TimeoutError:
        raise TimeoutError(f"matching the pattern took longer than {seconds:g} s") from None
