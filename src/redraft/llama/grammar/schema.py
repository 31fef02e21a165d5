"""A JSON schema as the engine enforces it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from redraft.errors import DefinitionError, UsageError
from redraft.llama.grammar.cursor import Cursor, shortest
from redraft.llama.grammar.reading import shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.llama.grammar.shape import Shape

__all__ = ["parse_schema", "shortest_closing", "shortest_instance"]


def parse_schema(schema: Mapping[str, Any] | str) -> Shape:
    """Reduce a schema, a table or its JSON text, to the shape that is enforced.

    Raises:
        DefinitionError: The schema is not JSON, or uses something that cannot be enforced.
    """
    if isinstance(schema, str):
        try:
            schema = json.loads(schema)
        except ValueError as error:
            raise DefinitionError(f"the schema is not JSON: {error}") from error
    return shape_of(schema)  # type: ignore[arg-type]


def shortest_instance(schema: Mapping[str, Any]) -> str:
    """Return the shortest compact JSON text that satisfies a schema; its bytes bound its tokens.

    Raises:
        DefinitionError: The schema cannot be enforced.
    """
    return shortest(shape_of(schema))


def shortest_closing(schema: Mapping[str, Any], prefix: str | bytes) -> bytes:
    """Return the shortest bytes that complete a text begun under a schema.

    Raises:
        DefinitionError: The schema cannot be enforced.
        UsageError: No text that satisfies the schema begins with the prefix.
    """
    data = prefix.encode() if isinstance(prefix, str) else prefix
    cursor = Cursor.at(shape_of(schema)).advance(data)
    ending = cursor.ending() if cursor else None
    if ending is None:
        raise UsageError(f"no text that satisfies the schema begins with {data!r}")
    return ending
