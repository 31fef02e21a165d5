import pytest

pytest.importorskip("torch", reason="needs the extra `train`")
pytest.importorskip("lark", reason="needs the extra `train`")

import torch

from training.errors import TrainingError
from training.export import export
from training.loading import load
from training.model import Network, Shape
from training.tokens import Encoder


@pytest.fixture(scope="module")
def encoder():
    return Encoder()


@pytest.fixture(scope="module")
def written(encoder, tmp_path_factory):
    torch.manual_seed(3)
    network = Network(Shape(vocabulary=encoder.size, layers=2, width=64, heads=2, inner=96, rope_base=5000.0))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter)
    path = tmp_path_factory.mktemp("loading") / "tiny.gguf"
    export(network, encoder, path)
    return network, path


def test_a_file_that_is_loaded_and_written_again_is_the_same_file(written, encoder, tmp_path):
    _, path = written
    export(load(path, encoder=encoder), encoder, tmp_path / "again.gguf")
    assert (tmp_path / "again.gguf").read_bytes() == path.read_bytes()


def test_a_loaded_network_is_the_one_that_was_written(written):
    network, path = written
    loaded = load(path)
    assert loaded.shape == network.shape
    for name, tensor in network.state_dict().items():
        step = tensor.abs().amax() / 127 if tensor.ndim > 1 else 0.0
        assert (loaded.state_dict()[name] - tensor).abs().amax() <= 0.6 * step, name


def test_a_file_with_another_vocabulary_is_refused(written, encoder, monkeypatch):
    _, path = written
    monkeypatch.setattr(Encoder, "tokens", ["<|endoftext|>", "a"])
    with pytest.raises(TrainingError, match="another vocabulary"):
        load(path, encoder=encoder)


def test_what_training_did_not_write_is_refused(subtests, tmp_path):
    (tmp_path / "text.gguf").write_text("no model " * 40)
    for name in ("none.gguf", "text.gguf"):
        with subtests.test(name), pytest.raises(TrainingError, match=rf"{name} is not a model that training wrote"):
            load(tmp_path / name)
