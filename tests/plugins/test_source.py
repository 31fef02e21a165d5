"""What a plugin's source says of it, read and never run."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from redraft.errors import UsageError
from redraft.plugins.installer import requirement_of
from redraft.plugins.known import FIRST_PARTY
from redraft.plugins.preview import preview
from redraft.plugins.source import Source

SOURCE = """
import redraft
from redraft import evaluator, hookimpl
from redraft.hookspecs import hookimpl as mark

REDRAFT_HOOKS: int = 4
raise SystemExit("I was run")

@evaluator("first")
def one(draft): ...

@redraft.evaluator(
    name="second",
    kind="verifier",
)
def two(draft): ...

@hookimpl
def redraft_evaluators(): ...

@redraft.hookimpl(tryfirst=True)
def redraft_checks(): ...

def redraft_nodes(): ...
"""


def test_it_is_read_and_not_run(tmp_path):
    file = tmp_path / "plugin.py"
    file.write_text(SOURCE, encoding="utf-8")
    source = Source(file, tmp_path / "nowhere.py")
    assert source.evaluators() == ("first", "second")
    assert source.hooks() == ("redraft_evaluators", "redraft_checks")
    assert source.hooks_version() == 4


@pytest.mark.parametrize("value", ["no_such_module", "no.such.module", "json.nowhere:x", "sys", ""])
def test_an_entry_point_that_leads_nowhere_has_none(value):
    source = Source.of(EntryPoint("x", value, "redraft"))
    assert (source.evaluators(), source.hooks(), source.hooks_version()) == ((), (), 0)


def test_a_preview_runs_nothing(site):
    site.add("redraft-loud", "raise SystemExit('I was run')\n@hookimpl\ndef redraft_models():\n    return []\n")
    (row,) = [row for row in preview() if row["distribution"] == "redraft-loud"]
    assert row == {"name": "loud", "distribution": "redraft-loud", "version": "1.0", "hooks": ["redraft_models"]}


def test_what_pip_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("redraft.plugins.installer.library", lambda: tmp_path / "library")
    (tmp_path / "here").mkdir()
    (tmp_path / "library" / "plugins" / "redraft-text").mkdir(parents=True)
    (tmp_path / "library" / "plugins" / "redraft-text" / "pyproject.toml").touch()
    assert "redraft-qa" in FIRST_PARTY
    asked = {
        "./here": str(tmp_path / "here"),
        ".": str(tmp_path),
        "here": "here",
        "text": str(tmp_path / "library" / "plugins" / "redraft-text"),
        "redraft-text": str(tmp_path / "library" / "plugins" / "redraft-text"),
        "qa": "redraft-qa",
        "redraft-polite>=1": "redraft-polite>=1",
        "git+https://example.org/x": "git+https://example.org/x",
    }
    assert {name: requirement_of(name) for name in asked} == asked
    for name in ("--index-url", "-r", " "):
        with pytest.raises(UsageError, match="is no plugin"):
            requirement_of(name)
