import math
import random
import subprocess
import sys

import numpy as np
import pytest

from redraft.catalog.header import inspect
from redraft.errors import ModelFileError, UsageError
from redraft.files import embedded_model
from redraft.llama.native.adapter import apply_adapter, load_adapter
from redraft.llama.native.library import library
from redraft.llama.native.model import Model


class Raw:
    """A model with a context of its own."""

    def __init__(self, path):
        self.api = library()
        self.model = Model(path)
        params = self.api.llama_context_default_params()
        params.n_ctx, params.n_threads, params.n_threads_batch = 64, 1, 1
        self.pointer = self.api.llama_init_from_model(self.model.pointer, params)
        self.tokens = self.model.vocabulary.tokens_of("the dog in the park")

    def logits(self):
        self.api.llama_memory_clear(self.api.llama_get_memory(self.pointer), True)  # noqa: FBT003
        tokens = (self.api.llama_token * len(self.tokens))(*self.tokens)
        assert self.api.llama_decode(self.pointer, self.api.llama_batch_get_one(tokens, len(tokens))) == 0
        row = self.api.llama_get_logits_ith(self.pointer, -1)
        return np.ctypeslib.as_array(row, (self.model.vocabulary.size,)).copy()

    def close(self):
        self.api.llama_free(self.pointer)
        self.model.close()


@pytest.fixture(params=["tiny", "embedded"])
def raw(request, tiny_file):
    opened = Raw(tiny_file if request.param == "tiny" else embedded_model())
    yield opened
    opened.close()


@pytest.fixture
def model(tiny_file):
    opened = Model(tiny_file)
    yield opened
    opened.close()


def test_an_adapter_changes_the_logits_until_it_is_taken_away(raw, make_adapter, tmp_path):
    adapter = load_adapter(raw.model, make_adapter(tmp_path / "a.gguf", raw.model.path), "mine")
    alone = raw.logits()
    apply_adapter(raw.api, raw.pointer, adapter)
    adapted = raw.logits()
    apply_adapter(raw.api, raw.pointer, None)
    assert np.abs(adapted - alone).max() > 0.1
    assert np.array_equal(raw.logits(), alone)
    apply_adapter(raw.api, raw.pointer, adapter)
    assert np.array_equal(raw.logits(), adapted)
    apply_adapter(raw.api, raw.pointer, None)
    adapter.close()


def test_an_adapter_of_every_matrix_loads_and_computes(raw, make_adapter, tmp_path):
    targets = tuple(f"{part}.weight" for part in ("q", "k", "v", "attn_output", "gate", "up", "down"))
    adapter = load_adapter(raw.model, make_adapter(tmp_path / "a.gguf", raw.model.path, targets=targets), "mine")
    apply_adapter(raw.api, raw.pointer, adapter)
    assert np.isfinite(raw.logits()).all()


def test_the_scale_is_the_adapters(raw, make_adapter, tmp_path):
    file = make_adapter(tmp_path / "a.gguf", raw.model.path)
    alone = raw.logits()
    off = load_adapter(raw.model, file, "off", 0.0)
    apply_adapter(raw.api, raw.pointer, off)
    assert np.array_equal(raw.logits(), alone)


def test_a_fingerprint_is_the_files(model, make_adapter, tmp_path):
    first, again, other = (
        load_adapter(model, make_adapter(tmp_path / f"{name}.gguf", model.path, seed=seed), name)
        for name, seed in [("first", 0), ("again", 0), ("other", 1)]
    )
    assert first.fingerprint == again.fingerprint != other.fingerprint


def test_an_adapter_can_be_closed_before_and_after_its_model(tiny_file, make_adapter, tmp_path):
    model = Model(tiny_file)
    before, after = (load_adapter(model, make_adapter(tmp_path / "a.gguf", tiny_file), "a") for _ in range(2))
    before.close()
    before.close()
    model.close()
    after.close()
    assert not after.pointer


def test_a_scale_that_is_not_finite(model, make_adapter, tmp_path):
    file = make_adapter(tmp_path / "a.gguf", model.path)
    for scale in (math.nan, math.inf, 1e39):
        with pytest.raises(UsageError, match="cannot be scaled"):
            load_adapter(model, file, "a", scale)


def test_what_llama_cpp_itself_refuses_is_an_error(model, make_adapter, tmp_path, monkeypatch):
    file = make_adapter(tmp_path / "a.gguf", model.path)
    opened = library().llama_adapter_lora_init
    monkeypatch.setattr(library(), "llama_adapter_lora_init", lambda model, path: opened(model, b"missing.gguf"))
    with pytest.raises(ModelFileError, match="failed to open"):
        load_adapter(model, file, "a")


def damaged(whole, begin, chance):
    """Return a file with some bytes of its header changed, or its end cut off."""
    if chance.random() < 0.1:
        return whole[: chance.randrange(len(whole))]
    content = bytearray(whole)
    for _ in range(chance.randint(1, 3)):
        content[chance.randrange(begin)] = chance.choice([0, 1, 2, 0x7F, 0x80, 0xFF, chance.randrange(256)])
    return bytes(content)


def load_damaged(base, file, count):
    """Load many damaged files and compute with those that are not refused; write how many are not, and are."""
    raw, whole, chance = Raw(base), file.read_bytes(), random.Random(0)
    begin = min(tensor.begin for tensor in inspect(file).tensors.values())
    loaded = refused = 0
    for _ in range(count):
        file.write_bytes(damaged(whole, begin, chance))
        try:
            adapter = load_adapter(raw.model, file, "damaged")
        except ModelFileError:
            refused += 1
            continue
        apply_adapter(raw.api, raw.pointer, adapter)
        raw.logits()
        apply_adapter(raw.api, raw.pointer, None)
        adapter.close()
        loaded += 1
    raw.close()
    sys.stdout.write(f"{loaded} {refused}")


def test_a_damaged_adapter_is_refused_or_loads_but_never_ends_the_process(tiny_file, make_adapter, tmp_path):
    file = make_adapter(tmp_path / "a.gguf", tiny_file)
    program = (
        "import importlib.util, pathlib, sys; spec = importlib.util.spec_from_file_location('t', sys.argv[1]);"
        "t = importlib.util.module_from_spec(spec); spec.loader.exec_module(t);"
        "t.load_damaged(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]), 600)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, __file__, tiny_file, file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    loaded, refused = map(int, done.stdout.split())
    assert loaded
    assert refused > loaded
