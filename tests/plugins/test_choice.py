"""Which plugins are loaded, which are made for another redraft, and what is said of those that are not there."""

from __future__ import annotations

import sys

import pytest

from redraft.errors import DefinitionError, LintError, PluginError, UnknownNameError
from redraft.graph.builder import Graph
from redraft.graph.lint import require_clean
from redraft.plugins import load_plugins
from redraft.plugins.choice import Choice
from redraft.plugins.info import SLOW
from redraft.plugins.known import FIRST_PARTY

KIND = """
from redraft import evaluator

@evaluator("kindness")
def kindness(draft):
    return 1.0

@hookimpl
def redraft_evaluators():
    return [kindness]
"""


def by_distribution(**how):
    loaded = load_plugins(**how)
    return {info.distribution: info for info in (*loaded.infos, *loaded.absent)}


@pytest.mark.parametrize("name", ["kind", "redraft-kind", "Redraft_Kind"])
def test_one_that_is_left_out_is_not_imported(site, name):
    site.add("redraft-kind", KIND)
    assert by_distribution(blocked=[name])["redraft-kind"].error.phase == "blocked"
    assert "redraft_kind" not in sys.modules
    assert by_distribution()["redraft-kind"].error is None


def test_what_it_would_bring_is_known_but_left_out(site):
    site.add("redraft-kind", KIND)
    registry = load_plugins(only=()).registry
    for named in ("kindness", "redraft-kind:anything"):
        with pytest.raises(PluginError, match=r"plugin 'kind' \(redraft-kind\): is switched off"):
            registry.evaluator(named)
    assert registry.evaluator("coverage").name == "coverage"


@pytest.mark.parametrize("listed", ["kind", " redraft-kind , ghost", "ghost,KIND"])
def test_the_environment_names_the_only_ones(site, listed):
    site.add("redraft-kind", KIND)
    site.add("redraft-loud", "raise SystemExit('I was imported')")
    infos = by_distribution(environ={"REDRAFT_PLUGINS": listed})
    assert (infos["redraft"].error, infos["redraft-kind"].error) == (None, None)
    assert infos["redraft-loud"].error.phase == "blocked"
    ghosts = [info.name for info in load_plugins(environ={"REDRAFT_PLUGINS": listed}).infos if info.distribution == ""]
    assert ghosts == (["ghost"] if "ghost" in listed else [])


def test_an_empty_variable_is_none():
    assert Choice.of((), None, {"REDRAFT_PLUGINS": " "}) == Choice()
    assert Choice.of((), (), {"REDRAFT_PLUGINS": "a"}).only == frozenset()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("REDRAFT_HOOKS = 2\n" + KIND, "made for a newer redraft (hooks 2; this has 1): update redraft"),
        ("REDRAFT_HOOKS: int = 3\nfrom redraft import NotYet", "made for a newer redraft (hooks 3; this has 1)"),
        ("REDRAFT_HOOKS = 2\n@hookimpl\ndef redraft_dreams():\n    return []\n" + KIND, "made for a newer redraft"),
    ],
)
def test_a_plugin_for_a_newer_version_of_the_hooks(site, source, message):
    site.add("redraft-late", source)
    site.add("redraft-kind", KIND.replace("kindness", "warmth"))
    infos = by_distribution()
    assert infos["redraft-late"].error.phase == "version"
    assert message in infos["redraft-late"].error.message
    assert infos["redraft-late"].provides == ()
    assert infos["redraft-kind"].error is None


@pytest.mark.parametrize(
    ("requires", "message"),
    [
        ("redraft>=99", "made for a newer redraft (>=99; this is 0.1.0): update redraft"),
        ("redraft (>=99,<100)", "made for a newer redraft"),
        ("redraft<0.1", "made for an older redraft (<0.1; this is 0.1.0): update redraft-late"),
        ("redraft==99.*", "made for a newer redraft"),
    ],
)
def test_a_plugin_that_requires_another_redraft_is_not_imported(site, requires, message):
    site.add("redraft-late", "raise SystemExit('I was imported')", requires=requires)
    error = by_distribution()["redraft-late"].error
    assert (error.phase, message in error.message) == ("version", True)


@pytest.mark.parametrize(
    "requires", ["redraft", "redraft>=0.1", "redraft>=99; extra == 'x'", "redraft-text>=99", "redraft @@ what", "other"]
)
def test_a_requirement_that_is_met_or_none_of_ours(site, requires):
    site.add("redraft-fine", KIND, requires=requires)
    assert by_distribution()["redraft-fine"].error is None


def test_an_evaluator_of_a_first_party_plugin_that_is_not_installed(site, monkeypatch):
    monkeypatch.setattr("redraft.plugins.loading.FIRST_PARTY", {"redraft-tea": ("earl",)})
    loaded = load_plugins()
    said = "no evaluator is named 'earl' here: redraft-tea, which has it, is not installed"
    with pytest.raises(UnknownNameError, match=said) as caught:
        loaded.registry.evaluator("earl")
    assert caught.value.mend == "Run `redraft plugins install redraft-tea`."
    graph = Graph("x").node("a", agent="generator").node("b", evaluators={"earl": 1}).edge("start", "a", "b", "end")
    with pytest.raises(LintError, match=f"G002 (.|\n)*G004 {said}"):
        require_clean(graph.spec(), loaded.registry, {})
    (info,) = [info for info in loaded.absent if info.distribution == "redraft-tea"]
    assert (info.name, info.error.phase) == ("tea", "missing")
    site.add("redraft-tea", KIND)
    with pytest.raises(UnknownNameError, match="no evaluator is named 'earl'"):
        load_plugins().registry.evaluator("earl")


def test_the_table_of_first_party_plugins_is_theirs():
    from pathlib import Path

    from redraft.plugins.source import Source

    folder = Path(__file__).parents[2] / "plugins"
    found = {
        path.parent.name: tuple(sorted(Source(*sorted((path.parent / "src").rglob("*.py"))).evaluators()))
        for path in folder.glob("redraft-*/pyproject.toml")
    }
    assert {name: FIRST_PARTY.get(name) for name in found} == found


def test_a_slow_plugin_is_named_with_its_time(site, monkeypatch):
    clock = iter(range(0, 1000, 3))
    monkeypatch.setattr("redraft.plugins.loading.time.perf_counter", lambda: float(next(clock)))
    site.add("redraft-kind", KIND)
    loaded = load_plugins()
    (info,) = [info for info in loaded.infos if info.distribution == "redraft-kind"]
    assert loaded.slow(info) == "takes 3.0 s to load"
    assert loaded.seconds["redraft-kind", "kind"] > SLOW


def test_the_code_of_an_evaluator_can_be_found_by_another_process(site):
    site.add("redraft-kind", KIND)
    origin = load_plugins().registry.evaluator("kindness").origin
    assert (origin.distribution, origin.plugin, origin.module, origin.file) == (
        "redraft-kind",
        "kind",
        "redraft_kind",
        None,
    )


NAMES = [
    ("checks", "@hookimpl\ndef redraft_checks():\n    return {'score': lambda progress, value: None}\n"),
    ("agents", "@hookimpl\ndef redraft_agents():\n    return [Path('critic.md')]\n"),
    ("graphs", "@hookimpl\ndef redraft_graphs():\n    return [Path('refine.toml')]\n"),
    ("models", "@hookimpl\ndef redraft_models():\n    return [Path('embedded.gguf')]\n"),
    ("evaluators", KIND.replace('"kindness"', '"coverage"')),
]


def test_the_names_of_what_redraft_brings_are_reserved(subtests, site):
    for kind, source in NAMES:
        site.add(f"redraft-{kind}", source)
    loaded = load_plugins()
    for kind, _ in NAMES:
        with subtests.test(kind=kind):
            (theirs,) = [one for one in loaded.registry.entries(kind) if one.distribution == f"redraft-{kind}"]
            assert loaded.registry.entry(kind, theirs.name).distribution == "redraft"
            assert loaded.registry.get(kind, theirs.full_name) is theirs.thing
            (info,) = [info for info in loaded.infos if info.distribution == f"redraft-{kind}"]
            assert info.error.message.endswith(f"is also brought by redraft; write 'redraft-{kind}:{theirs.name}'")


@pytest.mark.parametrize("kind", ["checks", "nodes", "observers"])
def test_a_name_that_two_plugins_bring_is_won_by_neither(site, kind):
    for name in ("redraft-a", "redraft-b"):
        site.add(name, f"@hookimpl\ndef redraft_{kind}():\n    return {{'same': lambda *given: {name!r}}}\n")
    loaded = load_plugins()
    things = loaded.registry.things(kind)
    with pytest.raises(DefinitionError, match=f"2 plugins bring the {kind[:-1]} 'same'"):
        things["same"]
    assert {things[f"{name}:same"]() for name in ("redraft-a", "redraft-b")} == {"redraft-a", "redraft-b"}
    assert [name for name in things if name.endswith("same")] == ["redraft-a:same", "redraft-b:same"]
    both = [info for info in loaded.infos if info.distribution in {"redraft-a", "redraft-b"}]
    assert [info.error.phase for info in both] == ["names", "names"]


def test_a_check_cannot_be_called_like_a_word_of_conditions(site):
    site.add("redraft-a", "@hookimpl\ndef redraft_checks():\n    return {'stop': max}\n")
    assert "a check cannot be called 'stop'" in by_distribution()["redraft-a"].error.message


def test_a_hook_that_never_stops_returning_is_cut(site):
    site.add("redraft-a", "import itertools\n@hookimpl\ndef redraft_evaluators():\n    return itertools.count()\n")
    assert "more than 10,000" in by_distribution()["redraft-a"].error.message
