from __future__ import annotations

import logging
import os
import re
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.catalog.header import inspect
from redraft.errors import ModelFileError
from redraft.files import embedded_model
from redraft.llama.machine import fit
from redraft.llama.machine.fit import (
    CELL_STEP,
    compute_bytes,
    fit_context,
    free_memory,
    kv_bytes_per_token,
    most_cells,
    require_memory,
    state_bytes,
)
from redraft.llama.machine.outline import outline
from redraft.llama.native.library import library

MEBIBYTE = 2**20
TYPES = {"f32": 0, "f16": 1, "q4_0": 2, "q8_0": 8, "bf16": 30}


@pytest.fixture(scope="session")
def allocated():
    """What llama.cpp says that it allocates, by kind, for a context with these parameters."""
    api, logger = library(), logging.getLogger("redraft.llama")

    def measure(path, **changes):
        lines = _Lines()
        level = logger.level
        logger.addHandler(lines)
        logger.setLevel(logging.INFO)
        model = api.llama_model_load_from_file(os.fsencode(path), api.llama_model_default_params())
        params = api.llama_context_default_params()
        for name, value in {"kv_unified": True, "flash_attn_type": 1, **changes}.items():
            setattr(params, name, value)
        try:
            api.llama_free(api.llama_init_from_model(model, params))
        finally:
            api.llama_model_free(model)
            logger.removeHandler(lines)
            logger.setLevel(level)
        found = re.findall(r"(\w+) buffer size =\s*([\d.]+) MiB", "\n".join(lines.texts))
        return {kind: float(size) for kind, size in found}

    return measure


class _Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.texts = []

    def emit(self, record):
        self.texts.append(record.getMessage())


def test_keys_and_values_take_what_llama_cpp_takes(subtests, allocated, hollow):
    for shape, kind in [("qwen2", "f16"), ("qwen2", "bf16"), ("qwen2", "q8_0"), ("qwen2", "f32"), ("lfm2", "f16")]:
        with subtests.test(shape=shape, kind=kind):
            sizes = allocated(hollow[shape], n_ctx=4096, n_ubatch=64, type_k=TYPES[kind], type_v=TYPES[kind])
            ours = 4096 * kv_bytes_per_token(outline(hollow[shape]), kind) / MEBIBYTE
            assert ours == pytest.approx(sizes["KV"], abs=0.01)


def test_recurrent_layers_keep_as_much_of_a_short_text_as_of_a_long_one(subtests, allocated, hollow):
    for shape in ("mamba", "lfm2"):
        with subtests.test(shape=shape):
            sizes = allocated(hollow[shape], n_ctx=512, n_seq_max=8)
            assert state_bytes(outline(hollow[shape]), 8) / MEBIBYTE == pytest.approx(sizes["RS"], abs=0.01)
    assert kv_bytes_per_token(outline(hollow["mamba"])) == 0


def test_a_step_takes_no_more_than_is_reckoned(subtests, allocated, hollow):
    for shape, cells, rows, outputs in [
        ("qwen2", 512, 64, 64),
        ("qwen2", 8192, 64, 64),
        ("qwen2", 8192, 512, 64),
        ("qwen2", 512, 512, 512),
        ("lfm2", 8192, 512, 64),
        ("mamba", 512, 64, 64),
    ]:
        with subtests.test(shape=shape, cells=cells, rows=rows, outputs=outputs):
            sizes = allocated(hollow[shape], n_ctx=cells, n_batch=rows, n_ubatch=rows, n_outputs_max=outputs)
            actual = sizes["compute"] + sizes["output"]
            ours = compute_bytes(outline(hollow[shape]), cells=cells, rows=rows, outputs=outputs) / MEBIBYTE
            assert actual <= ours <= 2.2 * actual + 1


def test_a_token_is_remembered_as_a_key_and_a_value_of_two_bytes_a_number_in_every_layer():
    header = inspect(embedded_model())
    facts = {key.removeprefix(f"{header.architecture}."): value for key, value in header.metadata.items()}
    width = facts["embedding_length"] * facts["attention.head_count_kv"] // facts["attention.head_count"]
    assert kv_bytes_per_token(outline(embedded_model())) == facts["block_count"] * (width + width) * 2


def test_what_is_wanted_is_given_where_there_is_memory(subtests):
    for wanted, free, cells in [
        (1000, 10 * MEBIBYTE, 1024),
        (1024, 10 * MEBIBYTE, 1024),
        (100_000, 10 * MEBIBYTE, 8192),
        (0, 10 * MEBIBYTE, 256),
        (1000, MEBIBYTE // 2, 0),
    ]:
        with subtests.test(wanted=wanted, free=free):
            assert fit_context(wanted, per_token=1024, taken=MEBIBYTE, free=free).cells == cells


@given(*(st.integers(0, 2**40) for _ in range(4)))
def test_a_context_never_takes_more_than_is_free(wanted, per_token, taken, free):
    found = fit_context(wanted, per_token=per_token, taken=taken, free=free)
    assert found.cells % CELL_STEP == 0
    assert found.bytes == 0 or found.bytes + taken <= free
    assert found.limited is (found.cells < found.wanted)
    assert found.limited or found.cells >= wanted


def test_a_recurrent_model_is_as_large_as_the_limit():
    assert most_cells(per_token=0, taken=0, free=MEBIBYTE, limit=4096) == 4096


def test_a_context_beyond_memory_is_refused_with_what_would_fit():
    with pytest.raises(ModelFileError) as caught:
        require_memory(10**9, per_token=12_288, taken=400 * MEBIBYTE, free=1000 * MEBIBYTE, where=Path("big.gguf"))
    assert str(caught.value) == (
        "big.gguf: a context of 1,000,000,000 tokens takes 11444.5 GiB of memory with the model,"
        " and 1000.0 MiB is free\n"
        "  Ask for at most 42,496 tokens, or free some memory."
    )


def test_a_model_beyond_memory_is_refused():
    with pytest.raises(ModelFileError, match=r"takes 2\.0 GiB of memory beside its context"):
        require_memory(512, per_token=1, taken=2**31, free=2**30, where=Path("big.gguf"))


def test_what_fits_is_not_refused():
    require_memory(512, per_token=1024, taken=0, free=2**30, where=Path("small.gguf"))


def test_free_memory_is_what_the_machine_and_the_control_group_leave(monkeypatch):
    assert 0 < free_memory() <= psutil.virtual_memory().total
    monkeypatch.setattr("redraft.llama.machine.cgroup.memory_room", lambda: 12_345)
    assert fit.free_memory() == 12_345
