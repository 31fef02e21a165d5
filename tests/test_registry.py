"""The registry: names to things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


ENTRIES = st.lists(
    st.tuples(st.sampled_from([BUILTIN, "dist-a", "dist-b", "dist-c"]), st.sampled_from("xyz")), unique=True
)


@given(ENTRIES)
def test_no_name_is_ever_taken_silently_and_nothing_is_out_of_reach(pairs):
    registry = Registry(Entry("nodes", name, (dist, name), dist) for dist, name in pairs)
    for dist, name in pairs:
        assert registry.get("nodes", f"{dist}:{name}") == (dist, name)
    for name in "xyz":
        bringers = {dist for dist, brought in pairs if brought == name}
        if BUILTIN in bringers or len(bringers) == 1:
            assert registry.get("nodes", name)[0] == (BUILTIN if BUILTIN in bringers else next(iter(bringers)))
        else:
            with pytest.raises(DefinitionError if bringers else UnknownNameError):
                registry.get("nodes", name)
    things = registry.things("nodes")
    assert sorted(things[name] for name in things) == sorted(pairs)
    assert len(things) == len(set(things)) == len(pairs)


def test_checks_are_handed_over_by_name():
    assert REGISTRY.checks() == {"enough": max}


def test_an_empty_registry_knows_nothing():
    with pytest.raises(UnknownNameError, match="no evaluator is named 'x'") as caught:
        Registry().evaluator("x")
    assert caught.value.mend is None
