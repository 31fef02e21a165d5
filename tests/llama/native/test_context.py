from __future__ import annotations

import numpy as np
import pytest

from benchmarks.make_gguf import Recipe
from benchmarks.make_gguf import write_model as write_recipe
from redraft.errors import GenerationError, ModelFileError
from redraft.llama.native.context import KV_TYPES, Context, ContextShape
from redraft.llama.native.model import Model

TEXT = [10 + at * 7 % 300 for at in range(60)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("context")


@pytest.fixture(scope="module", params=["qwen2", "gemma2"])
def opened(request, folder):
    """A context in which windows of 32 tokens slide, and one in which none do."""
    with_model = Model(write_recipe(folder / f"{request.param}.gguf", Recipe(arch=request.param)))
    context = Context(with_model, ContextShape(cells=512, sequences=5, rows=128, kv_type="bf16", flash=True))
    yield context
    context.close()


@pytest.fixture
def context(opened):
    opened.clear()
    return opened


def compute(context, *rows):
    """Compute rows (slot, tokens, begin, outputs) in one step; return their logits."""
    context.batch.clear()
    for slot, tokens, begin, outputs in rows:
        context.batch.add(slot, tokens, begin, outputs=outputs)
    return context.decode().copy()


def afresh(context, tokens, outputs):
    context.clear()
    found = compute(context, (0, tokens, 0, outputs))
    context.clear()
    return found


def test_logits_come_in_the_order_of_the_rows_whatever_order_llama_cpp_computes_them_in(context):
    texts = {3: TEXT[:20], 0: TEXT[5:9], 2: TEXT[1:40]}
    expected = [afresh(context, tokens, 1 + at) for at, tokens in enumerate(texts.values())]
    found = compute(context, *((slot, tokens, 0, 1 + at) for at, (slot, tokens) in enumerate(texts.items())))
    assert found.shape == (6, context.vocabulary.size)
    assert found.tobytes() == np.concatenate(expected).tobytes()


def test_a_step_that_wants_no_logits_gives_none(context):
    assert compute(context, (0, TEXT, 0, 0)).size == 0
    assert context.length(0) == 60


def test_tokens_that_must_not_be_sampled_are_never_the_likeliest(context):
    found = compute(context, (0, TEXT, 0, 3))
    barred = context.vocabulary.barred
    assert len(barred)
    assert np.isneginf(found[:, barred]).all()
    assert np.isfinite(np.delete(found, barred, axis=1)).all()


def test_what_is_copied_counts_once_and_goes_on_like_the_original(context):
    expected = afresh(context, [*TEXT[:50], 99], 1)
    compute(context, (0, TEXT, 0, 0))
    context.copy(0, 1, 0, 50)
    context.cut(0, 0)
    assert (context.length(0), context.length(1)) == (0, 50)
    assert compute(context, (1, [99], 50, 1)).tobytes() == expected.tobytes()


def test_a_prefix_behind_the_window_can_still_be_had(context):
    """A window's layers see 32 tokens: without its second owner, what lies before them would be overwritten."""
    expected = afresh(context, [*TEXT[:20], 77, 78], 1)
    compute(context, (0, TEXT[:20], 0, 0))
    context.guard(0, 0, 20)
    for begin in range(20, 420, 40):
        compute(context, (0, [5 + begin % 50] * 40, begin, 0))
        context.guard(0, begin, begin + 40)
    context.copy(0, 2, 0, 20)
    assert compute(context, (2, [77, 78], 20, 1)).tobytes() == expected.tobytes()


def test_a_cut_frees_the_cells_of_both_owners(context):
    for turn in range(5):
        compute(context, (turn % 3, TEXT * 2, 0, 0))
        context.guard(turn % 3, 0, 120)
        assert context.cut(turn % 3, 0)
    for slot in range(4):
        compute(context, (slot, TEXT * 2, 0, 0))
        context.guard(slot, 0, 120)
    with pytest.raises(MemoryError):
        compute(context, (4, TEXT, 0, 0))
    assert context.length(4) == 0
    context.cut(1, 60)
    compute(context, (4, TEXT, 0, 0))


def test_a_state_goes_on_in_another_sequence_as_if_it_had_been_computed_there(context):
    expected = afresh(context, [*TEXT, 99], 1)
    compute(context, (0, TEXT, 0, 0), (1, TEXT[::-1], 0, 0))
    context.guard(0, 0, 60)
    state = context.save(0)
    context.clear()
    compute(context, (2, [8] * 33, 0, 0))
    assert context.restore(3, state)
    assert context.length(3) == 60
    assert compute(context, (3, [99], 60, 1)).tobytes() == expected.tobytes()


def test_a_state_for_which_there_is_no_room_is_not_taken(context):
    compute(context, (0, TEXT, 0, 0))
    state = context.save(0)
    context.clear()
    for slot in range(4):
        compute(context, (slot, TEXT * 2, 0, 0))
    assert not context.restore(4, state)


def test_a_sequence_without_tokens_has_no_length_and_a_state_all_the_same(context):
    assert context.length(2) == 0
    assert context.restore(1, context.save(2))
    assert context.length(1) == 0


def test_a_step_that_llama_cpp_refuses_is_an_error(context):
    compute(context, (0, TEXT[:5], 0, 0))
    with pytest.raises(GenerationError, match=r"could not go on \(llama_decode gave -1\)"):
        compute(context, (0, TEXT[:5], 20, 0))


def test_measuring_leaves_nothing(context):
    compute(context, (0, TEXT[:30], 0, 0))
    calls = context.decode_calls
    assert all(context.time_rows(rows) > 0 for rows in (1, 2, 64))
    assert context.decode_calls - calls == 3
    assert context.length(0) == 30
    expected = afresh(context, TEXT[:31], 1)
    compute(context, (0, TEXT[:30], 0, 0))
    context.time_rows(16)
    assert compute(context, (0, TEXT[30:31], 30, 1)).tobytes() == expected.tobytes()


def test_more_threads_give_the_same_logits(context):
    expected = afresh(context, TEXT, 2)
    context.set_threads(2, 2)
    assert afresh(context, TEXT, 2).tobytes() == expected.tobytes()
    context.set_threads(1, 1)


def test_each_type_of_keys_and_values_can_be_had(subtests, folder):
    model = Model(write_recipe(folder / "types.gguf", Recipe()))
    for kv_type in KV_TYPES:
        with subtests.test(kv_type=kv_type):
            one = Context(model, ContextShape(cells=256, sequences=2, rows=64, kv_type=kv_type, flash=True))
            assert one.cells == 256
            assert np.isfinite(afresh(one, TEXT, 1)).any()
            one.close(model=False)
    model.close()


def test_a_context_that_llama_cpp_refuses_is_an_error_with_a_mend(folder):
    model = Model(write_recipe(folder / "refused.gguf", Recipe()))
    with pytest.raises(ModelFileError, match="no context of 256 tokens could be opened") as caught:
        Context(model, ContextShape(cells=256, sequences=300, rows=64))
    assert caught.value.mend == "Ask for a smaller context."
    model.close()


def test_a_context_may_be_closed_twice(folder):
    context = Context(Model(write_recipe(folder / "twice.gguf", Recipe())), ContextShape(cells=256, sequences=2))
    context.close()
    context.close()


def test_a_restored_state_has_what_its_windows_have_left_too(context):
    expected = afresh(context, [*TEXT[:20], 99], 1)
    compute(context, (0, TEXT, 0, 0))
    context.guard(0, 0, 60)
    state = context.save(0)
    context.clear()
    assert context.restore(1, state)
    context.copy(1, 2, 0, 20)
    assert compute(context, (2, [99], 20, 1)).tobytes() == expected.tobytes()
