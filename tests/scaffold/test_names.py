"""Names that a new thing may have."""

from __future__ import annotations

import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.errors import UsageError
from redraft.scaffold.names import identifier, legal, require_name

PROPOSED = [
    ("Politeness Check!", "politeness-check"),
    ("3rd", "rd"),
    ("été", "ete"),
    ("  tone ", "tone"),
    ("no/slash\\es", "no-slash-es"),
    ("../../etc", "etc"),
    ("_private", "private"),
    ("a" * 70, "a" * 64),
]


def test_an_illegal_name_is_refused_and_the_nearest_legal_one_proposed(subtests):
    for name, proposal in PROPOSED:
        with subtests.test(name=name), pytest.raises(UsageError) as caught:
            require_name("an evaluator", name)
        assert caught.value.mend == f"Take for example '{proposal}'."


def test_where_nothing_legal_is_near_examples_are_given(subtests):
    for name in ("", "礼貌", "---", "42"):
        with subtests.test(name=name), pytest.raises(UsageError, match="Take for example 'tone' or 'no-cliches'"):
            require_name("an evaluator", name)


def test_a_reserved_name_is_refused(subtests):
    for name in ("coverage", "Coverage"):
        with subtests.test(name=name), pytest.raises(UsageError, match="Take for example 'my-coverage'"):
            require_name("an evaluator", name, reserved={"coverage"})


def test_a_name_that_means_something_else_in_code_is_refused_where_code_is_called_by_it(subtests):
    for name in ("class", "match", "draft", "score", "redraft"):
        with subtests.test(name=name), pytest.raises(UsageError, match=f"Take for example 'my-{name}'"):
            require_name("an evaluator", name, code=True)
        assert require_name("a project", name) == name


@given(st.text())
def test_a_proposal_is_always_legal(name):
    proposal = legal(name)
    assert not proposal or require_name("a project", proposal) == proposal


@given(st.from_regex(r"\A[a-z][a-z0-9_-]{0,63}\Z"))
def test_a_legal_name_is_taken_as_it_is_and_always_has_an_identifier(name):
    assert require_name("a project", name) == name
    try:
        require_name("an evaluator", name, code=True)
    except UsageError:
        assert keyword.iskeyword(identifier(name)) or re.fullmatch("[a-z_]+", identifier(name))
    else:
        assert identifier(name).isidentifier()
