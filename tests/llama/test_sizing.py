from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from redraft.catalog.header import inspect
from redraft.errors import ModelFileError
from redraft.llama.machine import fit
from redraft.llama.opening import Opening
from redraft.llama.sizing import DEFAULT_CONTEXT, KEPT, MOST_SEQUENCES, Sizing

PLAIN = SimpleNamespace(offloaded=False, recurrent=False)
MEBIBYTE = 2**20


@pytest.fixture
def sizing(tiny_file, monkeypatch):
    """Size the tiny model, whose context is 512, on a machine with so much memory."""

    def size(free=2**34, path=tiny_file, **how):
        monkeypatch.setattr(fit, "free_memory", lambda: free)
        return Sizing(Opening(path, **how), inspect(path))

    return size


def test_cells_are_what_was_asked_for_or_two_contexts(subtests, sizing):
    for how, cells, length in [
        ({}, 1024, 512),
        ({"context": 300}, 600, 300),
        ({"pool": 700}, 700, 512),
        ({"context": 300, "pool": 5000}, 5000, 300),
    ]:
        with subtests.test(**how):
            found = sizing(**how)
            assert (found.shape(PLAIN, exact=False).cells, found.length) == (cells, length)


def test_a_long_trained_context_is_not_opened_unasked(sizing, make_model, tmp_path):
    path = make_model(tmp_path / "long.gguf", qwen2__context_length=1_000_000)
    assert sizing(path=path).length == DEFAULT_CONTEXT
    assert sizing(path=path, context=50_000).length == 50_000


def test_exact_contexts_have_keys_that_are_exact(sizing, monkeypatch):
    monkeypatch.setattr("redraft.llama.sizing.multiplies_bf16", lambda: False)
    exact, plain = (sizing().shape(PLAIN, exact=wish) for wish in (True, False))
    assert (exact.kv_type, exact.flash) == ("bf16", True)
    assert (plain.kv_type, plain.flash) == ("f16", None)


def test_flash_attention_has_the_numbers_that_the_processor_multiplies(sizing, monkeypatch):
    monkeypatch.setattr("redraft.llama.sizing.multiplies_bf16", lambda: True)
    assert sizing().shape(PLAIN, exact=False).kv_type == "bf16"
    assert sizing(sequences=1).shape(PLAIN, exact=False).kv_type == "f16"


def test_for_few_sequences_attention_is_computed_without_flash(sizing):
    assert sizing(sequences=1).shape(PLAIN, exact=False).flash is False
    assert sizing(sequences=1).shape(PLAIN, exact=True).flash is True


def test_where_scores_would_take_too_much_memory_attention_is_left_to_llama_cpp(sizing, monkeypatch):
    monkeypatch.setattr("redraft.llama.sizing.MOST_SCORES", 1000)
    assert sizing(sequences=1).shape(PLAIN, exact=False).flash is None


def test_slots_are_left_for_what_is_kept_but_a_recurrent_model_keeps_nothing(sizing):
    found = sizing(sequences=5)
    assert found.shape(PLAIN, exact=False).sequences == 5 + KEPT
    assert found.shape(SimpleNamespace(offloaded=False, recurrent=True), exact=False).sequences == 5
    # llama.cpp tells 256 sequences apart, and each may need a second one.
    assert 2 * (MOST_SEQUENCES + KEPT) <= 256


def test_unasked_a_context_is_as_large_as_memory_allows(sizing, make_model, tmp_path):
    path = make_model(tmp_path / "long.gguf", qwen2__context_length=1_000_000)
    whole = sizing(path=path).shape(PLAIN, exact=False).cells
    least = sizing(path=path)
    spare = least._outline.total_bytes + least._computing(256, cells=4000) + 4000 * least._per_token("f16")
    found = sizing(path=path, free=int(spare / 0.9)).shape(PLAIN, exact=False).cells
    assert 512 <= found <= 4000 < whole


def test_what_memory_does_not_hold_is_refused_with_what_it_takes(subtests, sizing):
    for how in ({"context": 10**9}, {"pool": 10**9}):
        with subtests.test(**how):
            with pytest.raises(ModelFileError) as caught:
                sizing(free=2**30, **how).shape(PLAIN, exact=False)
            assert "a context of 1,000,000,000 tokens takes" in str(caught.value)
            assert "of memory with the model, and 1.0 GiB is free" in str(caught.value)
            assert re.search(r"Ask for at most [\d,]+ tokens", caught.value.mend)


def test_as_many_tokens_can_be_had_as_the_refusal_says(sizing):
    with pytest.raises(ModelFileError) as caught:
        sizing(free=2**28, context=10**9).shape(PLAIN, exact=False)
    most = int(re.search(r"at most ([\d,]+)", caught.value.mend)[1].replace(",", ""))
    assert sizing(free=2**28, context=most).shape(PLAIN, exact=False).cells >= most
    with pytest.raises(ModelFileError):
        sizing(free=2**28, context=most + fit.CELL_STEP).shape(PLAIN, exact=False)


def test_a_machine_without_room_for_the_weights_says_so(sizing):
    with pytest.raises(ModelFileError, match=r"the model takes [\d.]+ MiB of memory beside its context, and 1.0 MiB"):
        sizing(free=MEBIBYTE).shape(PLAIN, exact=False)


def test_exactness_is_tried_unasked_where_it_is_cheap(subtests, sizing, make_model, tmp_path):
    typed = make_model(tmp_path / "typed.gguf", general__file_type=7)
    for path, how, tried in [
        (typed, {}, True),
        (typed, {"exact": False}, False),
        (make_model(tmp_path / "f16.gguf", general__file_type=1), {}, False),
        (make_model(tmp_path / "f16.gguf", general__file_type=1), {"exact": True}, True),
        (make_model(tmp_path / "none.gguf"), {}, False),
    ]:
        with subtests.test(path=path.stem, **how):
            assert bool(sizing(path=path, **how).try_exact) == tried


def test_layers_that_were_asked_for_are_not_planned(sizing):
    assert sizing(gpu_layers=7).offload.n_gpu_layers == 7
    assert sizing().offload.n_gpu_layers == 0


def test_the_heads_share_is_that_of_its_bytes(sizing):
    assert 0.1 < sizing().head_share < 0.9
