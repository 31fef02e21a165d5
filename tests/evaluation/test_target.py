"""Targets: where another process finds an evaluator."""

from __future__ import annotations

import hashlib
import sys

import pytest

from redraft.errors import PluginError
from redraft.evaluation import evaluator
from redraft.evaluation.target import Target, target_of
from redraft.onefile import load_file, module_name
from redraft.origin import Origin
from tests.evaluation import outside

PLUGIN = """
from redraft import evaluator, hookimpl

def make(name):
    @evaluator(name)
    def inner(draft):
        return 1.0
    return inner

@hookimpl
def redraft_evaluators():
    return [make("one"), make("two")]
"""


def test_an_evaluator_at_the_top_of_a_module_is_found_there():
    target = target_of(outside.number)
    assert (target.module, target.attribute, target.distribution) == ("tests.evaluation.outside", "number", "tests")
    assert target.find() is outside.number


def test_it_is_found_under_another_name_too(monkeypatch):
    monkeypatch.setattr(outside, "renamed", outside.number, raising=False)
    monkeypatch.delattr(outside, "number")
    assert target_of(outside.renamed).find() is outside.renamed


def test_what_nobody_can_import_has_no_target():
    local = evaluator("local")(lambda: 1.0)
    main = evaluator("main")(lambda: 1.0)
    main.function.__module__ = "__main__"
    assert target_of(local) is target_of(main) is None


def test_one_that_a_function_made_is_found_by_the_name_it_stands_under():
    assert target_of(outside.made).find() is outside.made


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Return a plugin whose hook makes its evaluators."""
    (tmp_path / "making_plugin.py").write_text(PLUGIN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield __import__("making_plugin")
    del sys.modules["making_plugin"]


def test_an_evaluator_that_a_hook_makes_is_found_through_the_hook(made):
    two = made.make("two")
    two.origin = Origin("dist", "making", "making_plugin")
    target = target_of(two)
    assert (target.distribution, target.find().name) == ("dist", "two")
    with pytest.raises(PluginError, match="is not found in making_plugin by another process"):
        target.model_copy(update={"name": "three"}).find()


def test_a_plugin_of_one_file_is_found_by_its_path_while_it_is_what_was_trusted(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(PLUGIN.replace("[make", "[inner, make") + "\ninner = make('inner')\n", encoding="utf-8")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    own = load_file(file, digest).inner
    own.origin = Origin("project", "mine", module_name(file, digest), file, digest)
    target = target_of(own)
    assert target.find() is own
    del sys.modules[module_name(file, digest)]
    file.write_text("raise SystemExit", encoding="utf-8")
    with pytest.raises(PluginError, match="has changed"):
        target.find()


def test_a_target_stays_the_same_on_its_way():
    target = target_of(outside.words)
    assert Target.model_validate_json(target.model_dump_json()) == target
