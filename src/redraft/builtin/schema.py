"""A JSON schema that nobody vouches for: checked in bounded time, off the network."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, Any

import jsonschema
import regex
from jsonschema import Draft202012Validator
from jsonschema.validators import extend
from referencing import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SchemaError", "faults", "require_safe"]

_MOST_FAULTS = 20

# These match with `re`, whose backtracking nobody can stop, and which keeps the interpreter's lock meanwhile.
_UNTIMED = ("patternProperties", "unevaluatedProperties")


class SchemaError(ValueError):
    """A schema is none, or asks for something that is refused."""


def require_safe(schema: dict[str, Any]) -> None:
    """Check a schema before it is used.

    Raises:
        SchemaError: It is no schema, refers to something outside of itself, or has a keyword that cannot be timed out.
    """
    try:
        _refuse_unsafe(schema)
        Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise SchemaError(f"no JSON schema: {error.json_path}: {error.message}") from error
    except RecursionError:
        raise SchemaError("no JSON schema: nested too deeply") from None


def _refuse_unsafe(part: Any) -> None:
    if isinstance(part, list):
        for item in part:
            _refuse_unsafe(item)
    elif isinstance(part, dict):
        for keyword in ("$ref", "$dynamicRef", "$schema"):
            _refuse_outside(keyword, part.get(keyword))
        for keyword in _UNTIMED:
            if isinstance(part.get(keyword), dict):
                raise SchemaError(f"{keyword} is not supported; use propertyNames with a pattern")
        for value in part.values():
            _refuse_unsafe(value)


def _refuse_outside(keyword: str, target: Any) -> None:
    if not isinstance(target, str) or target.startswith("#"):
        return
    if keyword == "$schema" and target.startswith("https://json-schema.org/draft/2020-12/"):
        return
    raise SchemaError(f"{keyword} '{target}' is refused: a schema refers to nothing outside of itself (draft 2020-12)")


def faults(value: Any, schema: dict[str, Any], *, seconds: float) -> list[str]:
    """Return what is wrong with a value, at most 20 sentences.

    Args:
        value: A value as read from JSON.
        schema: A schema that `require_safe` let pass.
        seconds: Time that one pattern may take, and all of them together.

    Raises:
        TimeoutError: A pattern took too long.
    """
    timed: Any = extend(Draft202012Validator, {"pattern": _timed_pattern(seconds)})  # type: ignore[no-untyped-call]
    validator = timed(schema, registry=Registry())
    return [f"{error.json_path}: {error.message}" for error in islice(validator.iter_errors(value), _MOST_FAULTS)]


def _timed_pattern(seconds: float) -> Any:
    end = time.monotonic() + seconds

    def pattern(_: Any, wanted: str, instance: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
        if not isinstance(instance, str):
            return
        left = max(0.001, end - time.monotonic())
        try:
            found = regex.search(wanted, instance, timeout=left, concurrent=True)
        except TimeoutError:
            raise TimeoutError(f"matching the patterns of the schema took longer than {seconds:g} s") from None
        if found is None:
            yield jsonschema.ValidationError(f"{instance!r} does not match {wanted!r}")

    return pattern
