"""One-file plugins of a project: run once they are trusted, as exactly the content that was trusted."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redraft.errors import DefinitionError, ExitCode, PluginError
from redraft.files import project_dir
from redraft.onefile import digest_of, load_file, module_name
from redraft.plugins import load_plugins
from redraft.plugins.project import code_files
from redraft.plugins.trust import Trusted, forget, is_trusted, trust, trusted

if TYPE_CHECKING:
    from pathlib import Path

POLITE = """
import sys
from redraft import evaluator, hookimpl

sys.redraft_test_ran = True

@evaluator("politeness")
def politeness(draft):
    return float("please" in draft.text)

@hookimpl
def redraft_evaluators():
    return [politeness]
"""


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))
    yield
    vars(sys).pop("redraft_test_ran", None)
    for name in [name for name in sys.modules if name.startswith("redraft_file_")]:
        del sys.modules[name]


@pytest.fixture
def polite(tmp_path: Path) -> Path:
    file = (tmp_path / "project" / "plugins" / "polite.py").resolve()
    file.parent.mkdir(parents=True)
    file.write_text(POLITE, encoding="utf-8")
    return file


def trust_it(file: Path) -> str:
    sha256 = digest_of(file.read_bytes())
    trust(file, sha256)
    return sha256


def info_of(file: Path):
    (found,) = [info for info in load_plugins(file.parent.parent).infos if info.name == file.stem]
    return found


def test_an_untrusted_file_is_listed_and_never_run(polite):
    info = info_of(polite)
    assert (info.distribution, info.provides) == ("polite.py", ())
    assert (info.error.phase, info.error.message) == ("trust", "not trusted: run `redraft trust`")
    assert not hasattr(sys, "redraft_test_ran")
    with pytest.raises(PluginError, match=r"plugin 'polite' \(polite\.py\): is not trusted") as caught:
        load_plugins(polite.parent.parent).registry.evaluator("politeness")
    assert caught.value.mend == "It brings the evaluator 'politeness'. Look at it, then run `redraft trust`."
    assert caught.value.exit_code == ExitCode.PLUGIN


def test_a_trusted_file_is_a_plugin_like_any_other(polite):
    sha256 = trust_it(polite)
    info = info_of(polite)
    assert (info.error, info.version, info.provides) == (None, sha256[:12], ("evaluators/politeness",))
    registry = load_plugins(polite.parent.parent).registry
    assert registry.evaluator("politeness") is registry.evaluator("polite.py:politeness")
    origin = registry.evaluator("politeness").origin
    assert (origin.file, origin.sha256, origin.distribution) == (polite, sha256, "polite.py")


def test_one_that_changes_is_asked_about_again(polite):
    trust_it(polite)
    polite.write_text(POLITE + "\n", encoding="utf-8")
    assert info_of(polite).error.phase == "trust"
    trust_it(polite)
    assert info_of(polite).error is None
    polite.write_text(POLITE, encoding="utf-8")
    assert info_of(polite).error.phase == "trust"


def test_trust_is_for_one_place(polite):
    trust_it(polite)
    copy = polite.parent / "copy.py"
    copy.write_bytes(polite.read_bytes())
    assert info_of(copy).error.phase == "trust"


def test_what_is_loaded_is_what_was_digested(polite):
    sha256 = trust_it(polite)
    polite.write_text("raise SystemExit('something else')", encoding="utf-8")
    with pytest.raises(PluginError, match="the file has changed"):
        load_file(polite, sha256)
    assert not hasattr(sys, "redraft_test_ran")


def test_a_file_swapped_between_the_look_and_the_load_is_refused(polite, monkeypatch):
    trust_it(polite)

    def looks_once(path, sha256):
        swapped = is_trusted(path, sha256)
        path.write_text("raise SystemExit('something else')", encoding="utf-8")
        return swapped

    monkeypatch.setattr("redraft.plugins.project.is_trusted", looks_once)
    error = info_of(polite).error
    assert (error.phase, error.message.startswith("PluginError")) == ("import", True)
    assert "the file has changed" in error.message


def test_the_same_content_is_run_once_in_a_process(polite):
    sha256 = trust_it(polite)
    module = load_file(polite, sha256)
    assert load_file(polite, sha256) is module is sys.modules[module_name(polite, sha256)]
    assert module.__file__ == str(polite)


def test_a_file_that_raises_is_broken_alone(polite):
    torn = polite.parent / "torn.py"
    torn.write_text("raise RuntimeError('no luck')", encoding="utf-8")
    trust_it(polite)
    trust_it(torn)
    assert info_of(polite).error is None
    assert info_of(torn).error.message == "RuntimeError: no luck"
    assert not [name for name in sys.modules if name.startswith("redraft_file_torn")]


def test_only_python_files_in_the_folder_itself_are_plugins(polite):
    for name in ("_helper.py", ".hidden.py", "notes.txt", "redraft-x/src/redraft_x/__init__.py"):
        file = polite.parent / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("raise SystemExit", encoding="utf-8")
    (polite.parent / "folder.py").mkdir()
    assert code_files(polite.parent.parent) == [polite]
    assert code_files(polite.parent / "nowhere") == []


def test_a_folder_with_plugins_is_a_project(polite):
    below = polite.parents[1] / "a" / "b"
    below.mkdir(parents=True)
    assert project_dir(below) == polite.parents[1]


def test_two_files_that_bring_one_name_are_both_reached(polite):
    other = polite.parent / "other.py"
    other.write_text(POLITE, encoding="utf-8")
    trust_it(polite)
    trust_it(other)
    registry = load_plugins(polite.parents[1]).registry
    with pytest.raises(DefinitionError, match="2 plugins bring the evaluator 'politeness'"):
        registry.evaluator("politeness")
    assert registry.evaluator("polite.py:politeness") is not registry.evaluator("other.py:politeness")


def test_a_file_that_cannot_be_read_is_listed(polite):
    polite.write_bytes(b"#" * ((8 << 20) + 1))
    assert info_of(polite).error.message == "the file is larger than 8 MiB"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(contents=st.lists(st.tuples(st.sampled_from("ab"), st.binary(max_size=8)), min_size=1, max_size=8))
def test_trust_always_holds_for_the_last_content_of_each_path_alone(tmp_path, contents):
    last = {}
    for name, content in contents:
        trust(tmp_path / name, digest_of(content))
        last[name] = content
    for name, content in contents:
        assert is_trusted(tmp_path / name, digest_of(content)) == (last[name] == content)
    assert {(one.path.name, one.sha256) for one in trusted()} == {(n, digest_of(c)) for n, c in last.items()}
    for name in last:
        assert forget(tmp_path / name)
        assert not forget(tmp_path / name)
    assert trusted() == []


@pytest.mark.parametrize("text", ["", "{}", "[]", "\x00", '{"path": 3, "sha256": 4}', "{" * 9000])
def test_a_damaged_record_counts_for_nothing(polite, text):
    sha256 = trust_it(polite)
    assert trusted() == [Trusted(polite, sha256)]
    (record,) = (polite.parents[2] / "data" / "trust").iterdir()
    record.write_text(text, encoding="utf-8")
    assert not is_trusted(polite, sha256)
    assert trusted() == []
    trust_it(polite)
    assert is_trusted(polite, sha256)


def test_a_record_that_was_moved_trusts_nothing_else(polite):
    sha256 = trust_it(polite)
    (record,) = (polite.parents[2] / "data" / "trust").iterdir()
    other = polite.parent / "other.py"
    other.write_bytes(polite.read_bytes())
    trust_it(other)
    (theirs,) = [one for one in record.parent.iterdir() if one != record]
    theirs.write_bytes(record.read_bytes())
    assert json.loads(theirs.read_text(encoding="utf-8"))["sha256"] == sha256
    assert not is_trusted(other, sha256)
