"""Where things are: the search path, the folders of a user without a home, the settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from redraft.errors import DefinitionError
from redraft.files import (
    Config,
    cache_dir,
    config_dir,
    data_dir,
    embedded_model,
    find,
    library,
    load_config,
    project_dir,
)

ROOT = Path(__file__).parents[2]


def put(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDRAFT_CONFIG_DIR", str(tmp_path / "user"))
    return tmp_path


def test_the_library_holds_the_shipped_agents_and_graphs() -> None:
    assert (library() / "agents" / "critic.md").is_file()
    assert (library() / "graphs" / "refine.toml").is_file()
    assert embedded_model().name == "embedded.gguf"


def test_a_name_is_the_projects_then_the_users_then_the_librarys(home: Path) -> None:
    project = home / "project"
    own = put(project / "agents" / "critic.md")
    users = put(home / "user" / "agents" / "critic.md")
    put(home / "user" / "agents" / "mine.md")
    put(project / "agents" / "notes.txt")
    put(project / "agents" / "README.md")
    put(project / "agents" / ".hidden.md")
    found = find("agents", project)
    shipped = {file.stem for file in (library() / "agents").glob("*.md")}
    assert list(found) == sorted({*shipped, "mine"})
    assert (found["critic"].path, found["critic"].origin) == (own, "project")
    assert found["critic"].shadows == (users, library() / "agents" / "critic.md")
    assert found["mine"].origin == "user"
    assert (found["judge"].origin, found["judge"].shadows) == ("library", ())


def test_a_checkout_does_not_shadow_itself() -> None:
    assert find("graphs", ROOT)["refine"].shadows == ()


def test_the_project_is_the_nearest_folder_upwards(home: Path) -> None:
    put(home / "project" / "graphs" / "mine.toml")
    deep = home / "project" / "a" / "b"
    deep.mkdir(parents=True)
    assert project_dir(deep) == home / "project"
    assert project_dir(home / "elsewhere") == home / "elsewhere"
    put(home / "project" / "a" / "config.toml")
    assert project_dir(deep) == home / "project" / "a"


def test_the_projects_settings_win_over_the_users(home: Path) -> None:
    put(home / "user" / "config.toml", 'model = "a"\nmodels = { big = "/m/big.gguf", small = "/m/s.gguf" }')
    project = home / "project"
    assert load_config(project) == Config(model="a", models={"big": "/m/big.gguf", "small": "/m/s.gguf"})
    put(project / "config.toml", 'model = "b"\nmodels = { big = "/m/b.gguf" }')
    assert load_config(project) == Config(model="b", models={"big": "/m/b.gguf", "small": "/m/s.gguf"})


def test_the_users_own_settings_alone_allow_the_network(home: Path) -> None:
    project = home / "project"
    assert not load_config(project).allow_network
    put(home / "user" / "config.toml", "allow_network = true")
    assert load_config(project).allow_network
    put(project / "config.toml", "allow_network = true")
    with pytest.raises(DefinitionError, match="a project cannot allow the network"):
        load_config(project)
    put(project / "config.toml", "allow_network = false")
    assert load_config(project).allow_network


def test_wrong_settings_are_named_with_file_line_and_key(home: Path) -> None:
    path = put(home / "project" / "config.toml", '\nmodle = "b"')
    with pytest.raises(DefinitionError, match=r"Did you mean 'model'\?") as error:
        load_config(home / "project")
    assert error.value.where == f"{path}:2 modle"


def test_nothing_is_needed_and_nothing_is_made() -> None:
    code = (
        "from redraft.files import *; print(config_dir(), data_dir(), cache_dir(), load_config(), len(find('agents')))"
    )
    shipped = len([*(ROOT / "agents").glob("*.md")])
    for variables in ({}, {"HOME": ""}, {"HOME": "/nonexistent", "LANG": "C"}, {"HOME": "/proc/1"}):
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")} | variables
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.endswith(f" {shipped}\n")
        assert not done.stderr
    assert not Path("/nonexistent").exists()


def test_folders_without_any_user_are_temporary_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(*_args: object, **_options: object) -> Path:
        raise RuntimeError("no home")

    for kind in ("config", "data", "cache"):
        monkeypatch.setattr(f"platformdirs.user_{kind}_path", homeless)
        monkeypatch.delenv(f"REDRAFT_{kind.upper()}_DIR", raising=False)
    folders = {config_dir(), data_dir(), cache_dir()}
    assert len(folders) == 3
    assert all(folder.is_absolute() for folder in folders)


def test_each_folder_of_the_user_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documented = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
    for folder in (config_dir, data_dir, cache_dir):
        variable = f"REDRAFT_{folder.__name__.upper()}"
        monkeypatch.setenv(variable, str(tmp_path / folder.__name__))
        assert folder() == tmp_path / folder.__name__
        assert f"| `{variable}` |" in documented
