"""Templates: what stands in them is filled in, and nothing else is touched."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from jinja2 import UndefinedError

from redraft.scaffold.rendering import rendered


def test_names_stand_in_texts_and_in_paths():
    values = {
        "name": "no-cliches",
        "package": "redraft_no_cliches",
        "module": "no_cliches",
        "params": "P",
        "title": "T",
    }
    made = rendered("plugin", values)
    source = made[PurePosixPath("src/redraft_no_cliches/no_cliches.py")]
    assert '@evaluator("no-cliches"' in source
    assert PurePosixPath(".gitignore") in made
    assert not [path for path in made if "j2" in path.name or path.name.isupper()]


def test_what_a_template_lacks_is_an_error():
    with pytest.raises(UndefinedError):
        rendered("plugin", {"name": "x"})


def test_braces_of_agents_and_brackets_of_graphs_stay_as_they_are():
    agent = rendered("agent-critique", {"name": "x"})[PurePosixPath("agents/x.md")]
    assert "{{ task.prompt }}" in agent
    assert "{% for reason in verdict.reasons %}" in agent
