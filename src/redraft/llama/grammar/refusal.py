"""What a schema may have, and how it is said that it has something else."""

from __future__ import annotations

from redraft.errors import DefinitionError

__all__ = ["SUPPORTED", "unsupported"]

SUPPORTED = (
    "object (properties, required, additionalProperties: false), array (items, prefixItems, minItems, maxItems), "
    "string (minLength, maxLength, pattern, format), number and integer (bounds; integer: multipleOf), boolean, null, "
    "enum, const, anyOf, oneOf of what shares no value, and $ref"
)
"""The keywords that are enforced, by type."""


def unsupported(what: str, where: str) -> DefinitionError:
    """Return the error for what cannot be enforced, with what can."""
    return DefinitionError(what, where=where, mend=f"Enforced are: {SUPPORTED}.")
