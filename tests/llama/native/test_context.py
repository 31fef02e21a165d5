import pytest

from redraft.errors import ModelFileError
from redraft.llama.interface import EngineStats
from redraft.llama.native.context import BF16, CPU_CHUNK, Context
from redraft.llama.native.library import extra_buffers, library
from redraft.llama.native.model import Model


@pytest.fixture
def context_of(tiny_file):
    opened = []

    def open_context(file_type, size=None):
        model = Model(tiny_file)
        model.metadata["general.file_type"] = file_type
        opened.append(model)
        opened[-1] = Context(model, size=size, threads=1, stats=EngineStats())
        return opened[-1]

    yield open_context
    for one in opened:
        one.close()


def reused_after(context):
    """Ask for a prompt, then for one that differs in its last token."""
    prompt = context.vocabulary.tokens_of("dog " * 40)
    assert context.hold(prompt, proceed=lambda: True)
    assert context.hold([*prompt[:-1], 3], proceed=lambda: True)
    return context.stats.prompt_tokens_reused, len(prompt) - 1


def test_where_logits_are_exact_all_of_a_shared_prefix_is_reused(context_of):
    reused, shared = reused_after(context_of("7"))
    assert reused == shared


def test_elsewhere_whole_steps_are_reused(context_of):
    reused, shared = reused_after(context_of("0"))
    assert reused == shared // CPU_CHUNK * CPU_CHUNK < shared


def test_a_model_that_refuses_the_exact_settings_is_no_exact_one(context_of, monkeypatch):
    api, opened = library(), library().llama_init_from_model
    refuse = lambda model, params: None if params.type_k == BF16 else opened(model, params)  # noqa: E731
    monkeypatch.setattr(api, "llama_init_from_model", refuse)
    reused, shared = reused_after(context_of("7"))
    assert reused == shared // CPU_CHUNK * CPU_CHUNK < shared


def test_a_context_that_cannot_be_opened_is_refused(context_of, monkeypatch):
    monkeypatch.setattr(library(), "llama_init_from_model", lambda model, params: None)
    with pytest.raises(ModelFileError, match="no context of 64 tokens could be opened"):
        context_of("0", size=64)


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
