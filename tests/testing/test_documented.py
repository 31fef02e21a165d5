"""Everything in the author's kit has its line in docs/testing.md."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from redraft import testing
from redraft.testing import EvaluatorTests, ScriptedModels, run_scripted
from redraft.testing.conformance import check_names
from redraft.testing.conformance.case import Case

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")


def test_every_check_has_its_row_with_what_it_proves():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.partition("## The checks")[2], re.MULTILINE)
    checks = [(name, getattr(EvaluatorTests, name).__doc__) for name in check_names(EvaluatorTests)]
    assert rows == [(name.removeprefix("test_"), about) for name, about in checks]
    assert f"pytest runs {len(checks)} checks" in PAGE


def test_every_attribute_of_a_test_class_has_its_row(subtests):
    for name in Case.__annotations__:
        with subtests.test(name=name):
            assert f"| `{name}` |" in PAGE
            assert f"{name}:" in (inspect.getdoc(Case) or "")


def test_everything_public_is_named(subtests):
    for name in testing.__all__:
        with subtests.test(name=name):
            assert re.search(rf"`{name}\b|\b{name}\(|import .*\b{name}\b", PAGE)


def test_every_argument_has_its_row(subtests):
    for function in (ScriptedModels, run_scripted):
        for name in inspect.signature(function).parameters:
            with subtests.test(name=name):
                assert name == "order" or f"| `{name}` |" in PAGE


def test_the_names_of_the_kit_are_sorted_and_can_be_imported():
    assert testing.__all__ == sorted(testing.__all__) == [name for name in dir(testing) if not name.startswith("_")]
    assert all(getattr(testing, name) is not None for name in testing.__all__)
