"""Models of plugins resolve by name: behind the user's own, and by their full names always."""

from __future__ import annotations

import os
import shutil

import pytest

import redraft
from redraft.catalog.models import models, resolve
from redraft.errors import DefinitionError, ModelError, PluginError
from redraft.files import Config, embedded_model
from redraft.plugins import load_plugins
from redraft.runs.preparation import Order, prepare

MODELS = """
@hookimpl
def redraft_models():
    return Path(__file__).parent.glob("*.gguf")
"""


def brought(site, name, *models):
    package = site.add(name, MODELS)
    for model in models:
        os.link(embedded_model(), package / f"{model}.gguf") if _same_disk(package) else shutil.copy(
            embedded_model(), package / f"{model}.gguf"
        )
    return package


def _same_disk(folder):
    return folder.stat().st_dev == embedded_model().stat().st_dev


def named(name, config=None):
    things = load_plugins().registry.things("models")
    return resolve(name, serves_embedded=False, config=config or Config(), environ={}, plugged=lambda: things)


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    for name in ("DATA", "CONFIG"):
        monkeypatch.setenv(f"REDRAFT_{name}_DIR", str(tmp_path / name.lower()))
    monkeypatch.chdir(tmp_path)


def test_a_model_of_a_plugin_is_found_and_listed(site):
    package = brought(site, "redraft-a", "tiny")
    for name in ("tiny", "redraft-a:tiny"):
        assert (named(name).path, named(name).origin) == (package / "tiny.gguf", "plugin")
    listed = {file.name: file.origin for file in models(plugged=load_plugins().registry.things("models"))}
    assert listed == {"embedded": "embedded", "tiny": "plugin"}


def test_the_users_own_goes_first_and_the_embedded_one_is_reserved(site, tmp_path):
    package = brought(site, "redraft-a", "tiny", "embedded")
    assert named("tiny", Config(models={"tiny": "/mine.gguf"})).origin == "alias"
    assert named("embedded").path == named("redraft:embedded").path == embedded_model()
    assert named("redraft-a:embedded").path == package / "embedded.gguf"


def test_a_name_that_two_plugins_bring_or_none(site):
    brought(site, "redraft-a", "tiny")
    brought(site, "redraft-b", "tiny")
    site.add("redraft-torn", "raise RuntimeError('no luck')")
    with pytest.raises(DefinitionError, match="2 plugins bring the model 'tiny'"):
        named("tiny")
    with pytest.raises(PluginError, match="no luck"):
        named("redraft-torn:small")
    with pytest.raises(ModelError, match=r"no model 'redraft-a:tinny'\. Did you mean 'redraft-a:tiny'"):
        named("redraft-a:tinny")


def test_a_run_asks_a_plugins_model(site):
    brought(site, "redraft-a", "tiny")
    prepared = prepare(Order(graph="sentence", inputs={"words": ["dog"]}, model="tiny"))
    assert prepared.model == "tiny"
    assert redraft.load_model("redraft-a:tiny").name == "tiny"
