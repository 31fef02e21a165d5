import pytest

from redraft.llama.native.library import extra_buffers, library
from redraft.llama.native.model import Model


@pytest.mark.parametrize(
    ("said", "allowed"), [(b"CPU : AVX2 = 1 | AMX_INT8 = 1 | ", False), (b"CPU : AVX2 = 1 | ", True)]
)
def test_weights_are_not_laid_out_anew_by_a_build_for_amx(said, allowed, tiny_file, monkeypatch):
    api, loaded, asked = library(), library().llama_model_load_from_file, []
    monkeypatch.setattr(api, "llama_print_system_info", lambda: said)
    monkeypatch.setattr(
        api,
        "llama_model_load_from_file",
        lambda path, params: asked.append(params.use_extra_bufts) or loaded(path, params),
    )
    extra_buffers.cache_clear()
    Model(tiny_file, weights=False).close()
    extra_buffers.cache_clear()
    assert asked == [allowed]


@pytest.mark.parametrize(("layers", "named"), [(0, True), (7, False)])
def test_without_layers_on_it_a_gpu_computes_nothing(layers, named, tiny_file, monkeypatch):
    api, loaded, asked = library(), library().llama_model_load_from_file, []
    monkeypatch.setattr(api, "llama_supports_gpu_offload", lambda: True)
    monkeypatch.setattr(
        api, "llama_model_load_from_file", lambda path, params: asked.append(params.devices) or loaded(path, params)
    )
    model = Model(tiny_file, gpu_layers=layers, weights=False)
    model.close()
    # A list of no devices; without a list llama.cpp takes all.
    assert [bool(devices) for devices in asked] == [named]
    assert model.offloaded == (layers > 0)
