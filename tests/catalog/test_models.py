from pathlib import Path

import pytest

from redraft.catalog.models import models, resolve
from redraft.errors import ModelError
from redraft.files import Config, embedded_model


@pytest.fixture
def data(tmp_path, monkeypatch):
    folder = tmp_path / "data" / "models"
    folder.mkdir(parents=True)
    (folder / "qwen.gguf").write_bytes(b"x" * 10)
    monkeypatch.setattr("redraft.catalog.models.data_dir", lambda: tmp_path / "data")
    return folder


def found(name, *, config=None, environ=None, serves_embedded=False):
    return resolve(name, serves_embedded=serves_embedded, config=config or Config(), environ=environ or {})


def test_the_embedded_model_has_a_name():
    assert found("embedded").path == embedded_model()
    assert found("embedded").size == embedded_model().stat().st_size


def test_what_is_named_first_serves(data):
    config = Config(model="qwen", models={"big": "/b.gguf", "small": "/s.gguf"})
    assert found("small", config=config, environ={"REDRAFT_MODEL": "big"}).path == Path("/s.gguf")
    assert found(None, config=config, environ={"REDRAFT_MODEL": "big"}).path == Path("/b.gguf")
    assert found("default", config=config, environ={"REDRAFT_MODEL": "big"}).path == Path("/b.gguf")
    assert found(None, config=config).path == data / "qwen.gguf"
    assert found(None, serves_embedded=True).origin == "embedded"
    with pytest.raises(ModelError, match="none is named"):
        found(None)


def test_a_path_is_a_model(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert found("~/m.gguf").path == tmp_path / "m.gguf"
    assert found("./a/b.gguf").path == Path("a/b.gguf")
    assert found("b.GGUF").origin == "path"
    assert found("./a/b.gguf").size is None


def test_an_alias_goes_before_a_file_of_its_name(data):
    assert found("qwen").origin == "data"
    assert found("qwen", config=Config(models={"qwen": "~/q.gguf"})).origin == "alias"


NAMES_OF_NOTHING = [
    ("qwem", "Did you mean 'qwen'?"),
    ("https://example.org/m.gguf", "remote"),
    ("a\0b", "cannot be the name"),
    ("\ud800", "cannot be the name"),
    ("x" * 5000, "there is no model"),
]


def test_a_name_that_nothing_has(subtests, data):
    for name, said in NAMES_OF_NOTHING:
        with subtests.test(name=name):
            with pytest.raises(ModelError) as caught:
                found(name)
            assert said in str(caught.value)
            assert len(str(caught.value)) < 500
            str(caught.value).encode()


def test_models_are_listed_by_name(data, tmp_path, monkeypatch):
    monkeypatch.setattr("redraft.catalog.models.load_config", lambda project: Config(models={"big": "/b.gguf"}))
    assert [(file.name, file.origin) for file in models(tmp_path)] == [
        ("big", "alias"),
        ("embedded", "embedded"),
        ("qwen", "data"),
    ]
