import pytest

from redraft.errors import DefinitionError, UsageError
from redraft.llama.grammar.constraint import Constraint
from redraft.llama.grammar.factory import constraint_for
from redraft.llama.grammar.free import FreeConstraint
from redraft.llama.interface import Request


def test_a_request_has_a_schema_a_grammar_or_neither(grammars):
    assert constraint_for(Request(()), grammars, 10) is None
    assert isinstance(constraint_for(Request((), schema={"type": "null"}), grammars, 10), Constraint)
    assert isinstance(constraint_for(Request((), grammar='start: "a"'), grammars, 10), FreeConstraint)
    with pytest.raises(UsageError, match="both a schema and a grammar"):
        constraint_for(Request((), schema={"type": "null"}, grammar='start: "a"'), grammars, 10)


def test_what_cannot_be_enforced_is_said_before_a_prompt_is_computed(grammars):
    for request in (Request((), schema={"type": "nul"}), Request((), grammar="start: x")):
        with pytest.raises(DefinitionError):
            constraint_for(request, grammars, 10)
