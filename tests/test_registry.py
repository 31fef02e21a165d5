"""The registry: names to things."""

from __future__ import annotations

import pytest

from redraft.errors import DefinitionError, ExitCode, PluginError, UnknownNameError
from redraft.registry import BUILTIN, Broken, Entry, Registry

COVERAGE, THEIRS, OTHERS, TONE = (object() for _ in range(4))

REGISTRY = Registry(
    [
        Entry("evaluators", "coverage", COVERAGE, BUILTIN),
        Entry("evaluators", "coverage", THEIRS, "dist-a"),
        Entry("evaluators", "tone", TONE, "dist-a"),
        Entry("evaluators", "same", THEIRS, "dist-a"),
        Entry("evaluators", "same", OTHERS, "dist-b"),
        Entry("checks", "enough", max, "dist-b"),
    ],
    [Broken("polite", "dist-c", "ImportError: no", claims=("politeness",))],
)


MEANINGS = [
    ("coverage", COVERAGE),
    ("redraft:coverage", COVERAGE),
    ("dist-a:coverage", THEIRS),
    ("tone", TONE),
    ("dist-a:tone", TONE),
    ("dist-a:same", THEIRS),
    ("dist-b:same", OTHERS),
]


def test_a_name_means_one_thing(subtests):
    for name, thing in MEANINGS:
        with subtests.test(name=name):
            assert REGISTRY.evaluator(name) is thing


def test_a_name_that_two_brought_is_an_error_that_says_how_to_reach_each():
    with pytest.raises(DefinitionError, match="2 plugins bring the evaluator 'same'") as caught:
        REGISTRY.evaluator("same")
    assert caught.value.mend == "Write 'dist-a:same' or 'dist-b:same'."


def test_an_unknown_name_comes_with_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'coverage'") as caught:
        REGISTRY.evaluator("covrage")
    assert caught.value.exit_code == ExitCode.DEFINITION


def test_what_a_broken_plugin_would_bring_is_known_but_broken(subtests):
    for name in ["politeness", "polite", "dist-c:anything"]:
        with subtests.test(name=name):
            with pytest.raises(PluginError, match="did not load: ImportError: no") as caught:
                REGISTRY.evaluator(name)
            assert caught.value.exit_code == ExitCode.PLUGIN


def test_every_name_that_is_listed_reaches_its_thing():
    names = REGISTRY.names("evaluators")
    assert names == ("dist-a:coverage", "coverage", "dist-a:same", "dist-b:same", "tone")
    assert [REGISTRY.evaluator(name) for name in names] == [THEIRS, COVERAGE, THEIRS, OTHERS, TONE]


def test_checks_are_handed_over_by_name():
    assert REGISTRY.checks() == {"enough": max}


def test_an_empty_registry_knows_nothing():
    with pytest.raises(UnknownNameError, match="no evaluator is named 'x'") as caught:
        Registry().evaluator("x")
    assert caught.value.mend is None
