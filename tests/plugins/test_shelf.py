"""Agents and graphs of plugins are found by name, behind those on the search path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redraft import load_graph
from redraft.agents import agents, get_agent
from redraft.errors import DefinitionError, PluginError, UnknownNameError
from redraft.graph.lint import lint
from redraft.plugins import load_plugins
from redraft.plugins.shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path

FILES = """
@hookimpl
def redraft_agents():
    return Path(__file__).parent.glob("agents/*.md")

@hookimpl
def redraft_graphs():
    return Path(__file__).parent.glob("graphs/*.toml")
"""


def agent(what: str) -> str:
    return f"---\nredraft: 1\ndescription: {what}\nreads: [task]\nwrites: draft\n---\n{{{{ task.prompt }}}}\n"


def graph(what: str, rest: str = "", *, extends: str = "refine") -> str:
    return f'redraft = 1\nextends = "{extends}"\ndescription = "{what}"\n{rest}'


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    put(folder, "config.toml", "")
    return folder


def test_an_agent_of_a_plugin_has_its_own_name_and_a_full_one(site, project):
    site.add("redraft-read", FILES, agents__reader_md=agent("Reads."))
    assert get_agent("reader", project).description == "Reads."
    assert get_agent("redraft-read:reader", project).description == "Reads."
    assert agents(project)["reader"].description == "Reads."


def test_a_graph_of_a_plugin_extends_the_library_and_is_extended_by_the_project(site, project):
    site.add(
        "redraft-read",
        FILES,
        agents__reader_md=agent("Reads."),
        graphs__reading_toml=graph("Theirs.", '[nodes.generator]\nagent = "reader"\n'),
    )
    put(project, "graphs/mine.toml", graph("Mine.", "[stop]\nrounds = 7\n", extends="reading"))
    put(project, "graphs/full.toml", graph("Mine.", extends="redraft-read:reading"))
    theirs, mine = load_graph("reading", project), load_graph("mine", project)
    assert theirs.nodes["generator"].agent == "reader"
    assert (mine.nodes["generator"].agent, mine.stop.rounds) == ("reader", 7)
    assert load_graph("full", project).nodes == theirs.nodes
    plugins = load_plugins(project)
    findings = lint(mine, plugins.registry, agents(project, plugins=plugins))
    assert [one for one in findings if one.severity == "error"] == []


def test_the_order_is_project_library_plugins_and_nothing_is_out_of_reach(site, project, monkeypatch, tmp_path):
    monkeypatch.setenv("REDRAFT_CONFIG_DIR", str(tmp_path / "user"))
    site.add("redraft-a", FILES, agents__critic_md=agent("A's critic."), agents__scout_md=agent("A's scout."))
    shipped = get_agent("critic", project).description
    assert (get_agent("scout", project).description, shipped) == (
        "A's scout.",
        "Finds what is wrong with a draft and how to fix it.",
    )
    put(tmp_path / "user", "agents/scout.md", agent("The user's scout."))
    assert get_agent("scout", project).description == "The user's scout."
    put(project, "agents/scout.md", agent("The project's scout."))
    put(project, "agents/critic.md", agent("The project's critic."))
    assert {
        name: get_agent(name, project).description
        for name in ("scout", "critic", "redraft-a:scout", "redraft-a:critic", "redraft:critic")
    } == {
        "scout": "The project's scout.",
        "critic": "The project's critic.",
        "redraft-a:scout": "A's scout.",
        "redraft-a:critic": "A's critic.",
        "redraft:critic": shipped,
    }
    listed = {found.name: found for found in Shelf("agents", project).all()}
    assert {"scout", "critic", "redraft-a:scout", "redraft-a:critic"} <= set(listed)
    assert [path.parts[-3] for path in listed["critic"].shadows][-1] == "redraft_a"
    (info,) = [info for info in load_plugins(project).infos if info.distribution == "redraft-a"]
    assert info.error.message == "agents/critic is also brought by redraft; write 'redraft-a:critic'"


@pytest.mark.parametrize("kind", ["agents", "graphs"])
def test_a_name_that_two_plugins_bring_is_an_error_that_says_so(site, project, kind):
    files = {"agents__same_md": agent("Same."), "graphs__same_toml": graph("Same.")}
    site.add("redraft-a", FILES, **files)
    site.add("redraft-b", FILES, **files)
    ask = get_agent if kind == "agents" else load_graph
    with pytest.raises(DefinitionError, match=f"2 plugins bring the {kind[:-1]} 'same'") as caught:
        ask("same", project)
    assert caught.value.mend == "Write 'redraft-a:same' or 'redraft-b:same'."
    assert ask("redraft-a:same", project).description == ask("redraft-b:same", project).description == "Same."
    names = list(Shelf(kind, project))
    assert "same" not in names
    assert {"redraft-a:same", "redraft-b:same"} <= set(names)


def test_a_graph_that_names_what_two_plugins_bring_says_where(site, project):
    for name in ("redraft-a", "redraft-b"):
        site.add(name, FILES, agents__same_md=agent("Same."), graphs__same_toml=graph("Same."))
    put(project, "graphs/mine.toml", graph("Mine.", extends="same"))
    with pytest.raises(DefinitionError) as caught:
        load_graph("mine", project)
    assert (caught.value.what, caught.value.where.rpartition("/")[2]) == (
        "2 plugins bring the graph 'same'",
        "mine.toml:2 extends",
    )
    put(project, "graphs/asks.toml", graph("Mine.", '[nodes.generator]\nagent = "same"\n'))
    spec = load_graph("asks", project)
    findings = lint(spec, load_plugins(project).registry, agents(project))
    assert [one.message for one in findings if one.severity == "error"] == ["2 plugins bring the agent 'same'"]


def test_a_graph_extends_the_plugins_graph_that_it_shadows(site, project):
    site.add("redraft-a", FILES, graphs__same_toml=graph("Theirs.", "[stop]\nrounds = 9\n"))
    put(project, "graphs/same.toml", graph("Mine.", extends="same"))
    assert (load_graph("same", project).stop.rounds, load_graph("same", project).description) == (9, "Mine.")


def test_a_plugins_graph_extends_a_file_beside_it_and_none_elsewhere(site, project, tmp_path):
    put(tmp_path, "secret.toml", graph("Secret."))
    site.add(
        "redraft-a",
        FILES,
        graphs__own_toml=graph("Own.", extends="base.toml"),
        graphs__base_toml=graph("Base.", "[stop]\nrounds = 2\n"),
        graphs__far_toml=graph("Far.", extends="../../../secret.toml"),
    )
    assert load_graph("own", project).stop.rounds == 2
    with pytest.raises(DefinitionError, match="outside of the project"):
        load_graph("far", project)


def test_no_plugin_is_loaded_for_a_name_on_the_search_path(site, project):
    site.add("redraft-loud", "raise SystemExit('I was imported')")
    load_graph("refine", project)
    get_agent("critic", project)
    assert "redraft_loud" not in __import__("sys").modules
    assert [info.error.message for info in load_plugins(project).infos if info.error] == ["SystemExit: I was imported"]


def test_unknown_names_and_those_of_broken_plugins(site, project):
    site.add("redraft-a", FILES, graphs__reading_toml=graph("Theirs."))
    site.add("redraft-torn", "raise RuntimeError('no luck')")
    with pytest.raises(UnknownNameError, match=r"there is no graph 'readin'\. Did you mean 'reading'\?"):
        load_graph("readin", project)
    with pytest.raises(PluginError, match=r"plugin 'torn' \(redraft-torn\): did not load: RuntimeError: no luck"):
        get_agent("redraft-torn:writer", project)


def test_a_missing_or_unsound_file_of_a_plugin_is_an_error_where_it_is_used(site, project):
    site.add("redraft-a", "@hookimpl\ndef redraft_agents():\n    return [Path('/nowhere/ghost.md')]\n")
    assert "ghost" in agents(project)
    with pytest.raises(DefinitionError, match="there is no such file"):
        get_agent("ghost", project)
