from __future__ import annotations

import pytest

from redraft.catalog.header import inspect
from redraft.errors import ModelFileError
from redraft.files import embedded_model
from redraft.llama.machine import bench as module
from redraft.llama.machine.bench import bench
from redraft.llama.machine.fit import kv_bytes_per_token
from redraft.llama.machine.outline import outline


@pytest.fixture(scope="module")
def found():
    return bench(embedded_model())


def test_rates_are_those_of_the_steps(found):
    assert found.decode == pytest.approx(1 / found.profile.costs[1])
    # A step of many rows is cheaper than as many steps.
    assert found.prefill > found.decode
    assert {1, 2, 4, 8} <= set(found.profile.costs)


def test_what_fits_grows_as_a_token_takes_less(found):
    by_type, bytes_ = {fit.kv_type: fit for fit in found.fits}, kv_bytes_per_token(outline(embedded_model()))
    assert by_type["f16"].token_bytes == by_type["bf16"].token_bytes == bytes_
    assert by_type["q8_0"].token_bytes == bytes_ * 34 // 64
    assert by_type["q8_0"].pool > by_type["f16"].pool > 0
    assert by_type["f16"].pool * bytes_ < found.free


def test_a_context_is_no_longer_than_the_model_was_trained_with(found):
    assert {fit.context for fit in found.fits} == {inspect(embedded_model()).context_length}
    assert all(set(fit.sequences) == {1024} for fit in found.fits)
    assert all(1 <= fit.sequences[1024] <= 256 for fit in found.fits)


def test_recurrent_models_are_measured(subtests, hollow):
    for shape, token, context in [("mamba", 0, 512), ("lfm2", 1024, 32_768)]:
        with subtests.test(shape=shape):
            found = bench(hollow[shape])
            assert found.decode > 0
            assert found.fits[0].token_bytes == token
            assert found.fits[0].context == context


def test_a_model_beyond_memory_is_refused_before_it_is_loaded(monkeypatch):
    monkeypatch.setattr(module.fit, "free_memory", lambda: 2**20)
    monkeypatch.setattr(module, "devices", tuple)
    with pytest.raises(ModelFileError, match="of memory beside its context"):
        bench(embedded_model())
