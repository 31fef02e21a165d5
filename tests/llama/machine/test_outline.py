from __future__ import annotations

import os

import pytest

from redraft.errors import ModelFileError
from redraft.llama.machine.outline import outline, parts
from redraft.llama.native.library import library


def test_an_outline_counts_the_weights_as_llama_cpp_does(subtests, hollow):
    api = library()
    for shape, path in hollow.items():
        with subtests.test(shape=shape):
            model = api.llama_model_load_from_file(os.fsencode(path), api.llama_model_default_params())
            found = outline(path)
            assert found.total_bytes == api.llama_model_size(model)
            assert len(found.layers) == api.llama_model_n_layer(model)
            api.llama_model_free(model)


def test_a_layer_without_attention_keeps_nothing_of_a_token(hollow):
    kept = [(layer.keys, layer.state) for layer in outline(hollow["lfm2"]).layers]
    assert kept == [(0, 512), (128, 0), (0, 512), (128, 0)]


def test_embeddings_that_serve_as_the_output_count_there_too(hollow):
    found = outline(hollow["qwen2"])
    assert found.vocabulary == 151_936
    assert found.output_bytes == found.input_bytes + 896 * 4
    assert found.total_bytes == sum(layer.weights for layer in found.layers) + found.output_bytes


def test_a_split_model_has_all_its_parts(tmp_path):
    first = tmp_path / "big-00001-of-00003.gguf"
    assert [part.name for part in parts(first)] == [f"big-0000{n}-of-00003.gguf" for n in (1, 2, 3)]
    assert parts(tmp_path / "small.gguf") == (tmp_path / "small.gguf",)
    with pytest.raises(ModelFileError, match="no such file"):
        outline(first)
