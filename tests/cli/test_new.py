"""`redraft new`: what it makes, it says, with the next commands."""

from __future__ import annotations

import json


def test_it_says_what_it_made_and_what_comes_next(inside, project):
    done = inside("new", "plugin", "politeness")
    assert done.returncode == 0
    assert "made redraft-politeness/pyproject.toml" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-4:-2] == ["next:", "  pip install -e redraft-politeness"]
    assert (project / "redraft-politeness" / "tests" / "test_politeness.py").is_file()


def test_each_next_command_of_a_new_agent_and_graph_works(inside):
    for arguments in (("agent", "ruthless", "--writes", "rating"), ("graph", "patient")):
        made = json.loads(inside("new", *arguments, "--json").stdout)
        check = made["next"][0].removeprefix("redraft ").split()
        assert inside(*check).returncode == 0


def test_a_project_below_makes_its_files_at_its_top(inside, project, monkeypatch):
    inside("new", "graph", "patient")
    (project / "below").mkdir()
    monkeypatch.chdir(project / "below")
    assert inside("new", "agent", "ruthless").returncode == 0
    assert (project / "agents" / "ruthless.md").is_file()


def test_a_name_that_cannot_be_is_a_usage_error(inside):
    done = inside("new", "project", "My Project")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Take for example 'my-project'." in done.stderr


def test_an_unknown_kind_is_named(inside):
    done = inside("new", "plugni", "x")
    assert done.returncode == 2
