"""The one way from a request to what its output must satisfy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.errors import UsageError
from redraft.llama.grammar.constraint import Constraint
from redraft.llama.grammar.free import FreeConstraint
from redraft.llama.grammar.schema import parse_schema

if TYPE_CHECKING:
    from redraft.llama.grammar.grammars import Grammars
    from redraft.llama.grammar.interface import Constrained
    from redraft.llama.interface import Request

__all__ = ["constraint_for"]


def constraint_for(request: Request, grammars: Grammars, limit: int) -> Constrained | None:
    """Return what a request's output must satisfy, or None for free text.

    Args:
        request: What was asked.
        grammars: The grammars of the model's vocabulary.
        limit: Most tokens that may be generated.

    Raises:
        UsageError: There are both a schema and a grammar, or the schema's shortest output does not fit the limit.
        DefinitionError: The schema or the grammar cannot be enforced.
    """
    if request.schema is not None and request.grammar is not None:
        raise UsageError("the output cannot have both a schema and a grammar", mend="Leave one of them out.")
    if request.schema is not None:
        return Constraint(grammars, parse_schema(request.schema), limit)
    return None if request.grammar is None else FreeConstraint(grammars, request.grammar)
