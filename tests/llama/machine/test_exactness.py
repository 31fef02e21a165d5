from __future__ import annotations

import pytest

from benchmarks.make_gguf import Recipe
from benchmarks.make_gguf import write_model as write_recipe
from redraft.llama.machine.exactness import is_exact
from redraft.llama.native.context import Context, ContextShape
from redraft.llama.native.model import Model


@pytest.fixture(scope="module")
def probed(tmp_path_factory):
    """Tell whether a model of some weights is exact in a context of some settings."""
    folder, models = tmp_path_factory.mktemp("exactness"), {}

    def probe(kind, **settings):
        if kind not in models:
            models[kind] = Model(write_recipe(folder / f"{kind}.gguf", Recipe(kind=kind)))
        shape = ContextShape(
            **({"cells": 2560, "sequences": 4, "rows": 128, "kv_type": "bf16", "flash": True} | settings)
        )
        context = Context(models[kind], shape)
        found = is_exact(context)
        assert [context.length(slot) for slot in range(4)] == [0] * 4
        context.close(model=False)
        return found

    yield probe
    for model in models.values():
        model.close()


def test_weights_in_blocks_are_exact_with_keys_that_are_no_halves(subtests, probed):
    for kind in ("q8_0", "q4_0"):
        for kv_type in ("bf16", "q8_0"):
            with subtests.test(kind=kind, kv_type=kv_type):
                assert probed(kind, kv_type=kv_type)


def test_two_threads_are_as_exact_as_one(probed):
    assert probed("q8_0", threads=2, threads_batch=2)


def test_what_is_not_exact_is_told(subtests, probed):
    for kind, settings in [
        ("f32", {}),
        ("f16", {}),
        ("q8_0", {"kv_type": "f16"}),
    ]:
        with subtests.test(kind=kind, **settings):
            assert not probed(kind, **settings)


def test_a_context_that_holds_little_is_probed_as_far_as_it_reaches(subtests, probed):
    for cells in (256, 512, 1024):
        with subtests.test(cells=cells):
            assert probed("q8_0", cells=cells)
