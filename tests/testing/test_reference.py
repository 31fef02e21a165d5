"""A reference: by its module's name, or else by its file."""

from __future__ import annotations

import sys

import pytest

from redraft.builtin.length import length
from redraft.testing.conformance.reference import Reference, reference_to
from tests.testing.mutants import sound

SOURCE = """
from redraft import evaluator

@evaluator("anywhere")
def somewhere(draft):
    return 1.0

class Suite:
    models = "here"
"""


def test_an_evaluator_is_found_in_the_module_of_its_function():
    assert reference_to(length) == Reference("redraft.builtin.length", length.function.__code__.co_filename, "length")
    assert reference_to(sound).evaluator() is sound


def test_a_module_that_is_not_on_the_path_is_found_by_its_file(tmp_path):
    file = tmp_path / "outside.py"
    file.write_text(SOURCE, encoding="utf-8")
    try:
        assert Reference("tests_outside", str(file), "anywhere").evaluator().name == "anywhere"
        assert Reference("tests_outside", str(file), "Suite.models").thing() == "here"
    finally:
        sys.modules.pop("tests_outside", None)


def test_what_is_not_there_is_an_import_error(tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("import no_such_module", encoding="utf-8")
    for reference, message in (
        (Reference("no_such_module", "", "x"), "no_such_module"),
        (Reference("redraft.builtin.length", "", "width"), "no evaluator 'width' at its top"),
        (Reference("tests_broken", str(broken), "x"), "no_such_module"),
    ):
        with pytest.raises(ImportError, match=message):
            reference.evaluator()
    sys.modules.pop("tests_broken", None)
    with pytest.raises(ImportError, match="has no 'Nothing'"):
        Reference("redraft.builtin.length", "", "Nothing").thing()
