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
