"""A model filled from a file; what does not fit is said with its file, line and key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from redraft.errors import DefinitionError, nearest
from redraft.files.place import spell_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from redraft.files.place import KeyPath, Located

__all__ = ["validate"]

SHOWN = 60
"""Characters of a wrong value that a message repeats."""

M = TypeVar("M", bound=BaseModel)


def validate(
    model: type[M],
    located: Located,
    under: KeyPath = (),
    *,
    data: Mapping[str, Any] | None = None,
    strict: bool = False,
) -> M:
    """Return the model that a file's data makes.

    Args:
        model: What the data should be.
        located: The data, with its lines.
        under: The way to the table that the data stands in, where it is not the whole file.
        data: The data, where it is not all that the file says.
        strict: Whether a number in quotes, or a true for a 1, is refused.

    Raises:
        DefinitionError: A key is unknown or missing, or a value does not fit; one of them is said.
    """
    given = located.data if data is None else data
    try:
        return model.model_validate(given, strict=strict or None)
    except ValidationError as error:
        details = error.errors(include_url=False)
        # Another format explains all else; an unknown key explains a missing one; and of several allowed forms the one
        # that fits longest was meant.
        first = min(details, key=lambda one: (not _of_format(one), one["type"] != "extra_forbidden", -len(one["loc"])))
        path = _in_data(first["loc"], given)
        what, mend = _explained(first, path, model)
        raise DefinitionError(what, where=str(located.locate((*under, *path))), mend=mend) from error


def _in_data(loc: KeyPath, data: Any) -> KeyPath:
    """Return the part of pydantic's location that is in the data: it names union members as well."""
    path: list[str | int] = []
    inner: Any = data
    for number, step in enumerate(loc):
        if _has(inner, step):
            inner = inner[step]
        elif number < len(loc) - 1 or not isinstance(inner, dict):
            continue
        path.append(step)
    return tuple(path)


def _has(data: Any, step: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(step, int) and step < len(data)
    return isinstance(data, dict) and step in data


def _of_format(detail: ErrorDetails) -> bool:
    return detail["loc"] == ("redraft",) and detail["type"] == "literal_error"


def _explained(detail: ErrorDetails, path: KeyPath, model: type[BaseModel]) -> tuple[str, str | None]:
    key = spell_key(path[-1:])
    match detail["type"]:
        case "extra_forbidden":
            known = _known_keys(model, path[:-1])
            return f"there is no key '{key}' here.{nearest(key, known)}", _list("Known keys", known)
        case "missing":
            return f"the key '{key}' is missing", f"Add {key}."
        case "literal_error" if _of_format(detail):
            what = f"the file's format is {_shown(detail['input'])}, and this version of redraft reads format 1"
            return what, "Update redraft, or write redraft = 1."
        case "literal_error":
            known = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
            return f"{_shown(detail['input'])} is not known.{nearest(str(detail['input']), known)}", _list(
                "Known", known
            )
        case "value_error":
            return str(detail["msg"]).removeprefix("Value error, "), None
        case _:
            return f"{_shown(detail['input'])} does not fit: {_lowered(detail['msg'])}", None


def _known_keys(model: type[BaseModel], path: KeyPath) -> list[str]:
    inner: Any = model
    for step in path:
        if isinstance(step, int):
            continue
        fields = getattr(inner, "model_fields", {})
        field = fields.get(step) or next((one for one in fields.values() if one.alias == step), None)
        inner = _model_in(field.annotation) if field else None
    fields = getattr(inner, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(part) for part in getattr(annotation, "__args__", ()))
    return next((part for part in inner if part is not None), None)


def _list(head: str, names: list[str]) -> str | None:
    return f"{head}: {', '.join(names)}." if names else None


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
