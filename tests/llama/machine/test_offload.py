from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from redraft.llama.machine.devices import Device, devices
from redraft.llama.machine.offload import layers_to_offload, offload_plan, spread
from redraft.llama.machine.outline import Layer, Outline

GIBIBYTE, MEBIBYTE = 2**30, 2**20
MODEL = Outline(
    layers=(Layer(200 * MEBIBYTE, 1024, 1024, 0),) * 32,
    vocabulary=150_000,
    width=4096,
    inner=14_336,
    input_bytes=500 * MEBIBYTE,
    output_bytes=500 * MEBIBYTE,
    total_bytes=7400 * MEBIBYTE,
)


def card(name, free, total=24 * GIBIBYTE):
    return Device(name, "a card", "gpu", free, total)


def plan(*cards, **changes):
    return offload_plan(MODEL, cards, **{"kv_bytes": 32 * MEBIBYTE * 32, "compute": 300 * MEBIBYTE, **changes})


def test_layers_go_where_they_fit(subtests):
    for sizes, rooms, split in [
        ([10, 10, 10], [30], (3,)),
        ([10, 10, 10], [29], (2,)),
        ([10, 10, 30], [29], (0,)),  # the output is offloaded first
        ([10, 10, 10], [30, 40], (0, 3)),
        ([10, 10, 10, 10], [25, 25], (2, 2)),
        ([10, 10, 10, 10], [15, 25], (1, 2)),
        ([10] * 6, [50, 25], (4, 2)),
        ([10] * 6, [0, 0], (0, 0)),
        ([10], [], ()),
    ]:
        with subtests.test(sizes=sizes, rooms=rooms):
            assert spread(sizes, rooms) == split
            assert layers_to_offload(sizes, rooms) == sum(split)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20), st.lists(st.integers(0, 300), max_size=4))
def test_no_gpu_ever_has_more_than_fits(sizes, rooms):
    split = spread(sizes, rooms)
    begin = len(sizes) - sum(split)
    for count, end, room in zip(split, accumulate(split), rooms, strict=True):
        assert sum(sizes[begin + end - count : begin + end]) <= room


@given(st.lists(st.integers(1, 50), min_size=1, max_size=20), st.integers(0, 1200))
def test_one_gpu_has_as_many_as_fit(sizes, room):
    count = layers_to_offload(sizes, [room])
    assert sum(sizes[len(sizes) - count :]) <= room
    assert count == len(sizes) or sum(sizes[len(sizes) - count - 1 :]) > room


def test_llama_cpp_splits_as_planned():
    """Its own arithmetic: the first device whose share of the sum exceeds a layer's share of the layers."""
    split = spread([10] * 33, [100, 200, 70])
    total = sum(split)
    ends = [end / total for end in accumulate(split)]
    devices_of = [next(at for at, end in enumerate(ends) if end > layer / total) for layer in range(total)]
    assert tuple(devices_of.count(at) for at in range(3)) == split


def test_a_model_that_fits_is_offloaded_whole():
    made = plan(card("CUDA0", 20 * GIBIBYTE))
    assert (made.n_gpu_layers, made.tensor_split, made.kv_type, made.flash) == (33, (33,), "f16", None)
    assert made.reasons == ("all layers are offloaded: 33 on CUDA0", "CUDA0 has 20.0 GiB of 24.0 GiB free")


def test_one_that_does_not_fit_is_offloaded_in_part():
    made = plan(card("CUDA0", 4 * GIBIBYTE, 4 * GIBIBYTE))
    # 4096 less 300 and 256 are for the output's 500 and 13 layers of 232.
    assert made.n_gpu_layers == 14
    assert made.reasons[0] == "14 of 33 layers are offloaded: 14 on CUDA0"


def test_several_gpus_share():
    made = plan(card("CUDA0", 6 * GIBIBYTE, 6 * GIBIBYTE), card("CUDA1", 4 * GIBIBYTE, 4 * GIBIBYTE))
    assert made.n_gpu_layers == 33
    assert made.tensor_split[0] > made.tensor_split[1] > 0
    assert made.main_gpu == 0


def test_a_gpu_without_room_is_left_alone():
    made = plan(card("CUDA0", 300 * MEBIBYTE))
    assert made.n_gpu_layers == 0
    assert "no GPU has room for a layer" in made.reasons[0]


def test_the_processor_alone():
    made = offload_plan(MODEL, devices(), kv_bytes=0, compute=0)
    assert (made.n_gpu_layers, made.tensor_split, made.kv_type, made.flash) == (0, (), "f16", None)


def test_exact_logits_are_the_processors():
    made = plan(card("CUDA0", 20 * GIBIBYTE), exact=True)
    assert (made.n_gpu_layers, made.kv_type, made.flash) == (0, "bf16", True)
