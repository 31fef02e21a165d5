import gguf
import numpy as np
import pytest

from redraft.catalog.header import inspect
from redraft.catalog.lora import require_adapter, require_finite, tensors_of
from redraft.errors import ModelFileError

NAME = "blk.0.attn_q.weight"
BASE = {
    NAME: (64, 32),
    "blk.0.attn_q.bias": (64,),
    "blk.0.ffn_up_exps.weight": (3, 48, 32),
    "token_embd.weight": (100, 32),
}


def ones(*shape):
    return np.ones(shape, np.float32)


def write(path, tensors, *, architecture="qwen2", **values):
    writer = gguf.GGUFWriter(path, architecture)
    for key, (add, value) in values.items():
        getattr(writer, f"add_{add}")(key.replace("__", "."), value)
    for name, array in tensors.items():
        kind = None
        if isinstance(array, tuple):
            array, kind = array  # noqa: PLW2901
        writer.add_tensor(name, array, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return inspect(path)


@pytest.fixture
def base(tmp_path):
    return write(tmp_path / "base.gguf", {name: ones(*shape) for name, shape in BASE.items()})


@pytest.fixture
def untied(tmp_path):
    shapes = BASE | {"output.weight": (100, 32)}
    return write(tmp_path / "untied.gguf", {name: ones(*shape) for name, shape in shapes.items()})


@pytest.fixture
def adapter(tmp_path):
    """Write an adapter with some of its values or tensors changed."""

    def make(tensors=None, **changes):
        values = {
            "general__type": ("string", "adapter"),
            "adapter__type": ("string", "lora"),
            "adapter__lora__alpha": ("float32", 8.0),
        } | changes
        pair = {f"{NAME}.lora_a": ones(4, 32), f"{NAME}.lora_b": ones(64, 4)} if tensors is None else tensors
        architecture = values.pop("architecture", "qwen2")
        kept = {key: value for key, value in values.items() if value is not None}
        return write(tmp_path / "adapter.gguf", pair, architecture=architecture, **kept)

    return make


def quantized(kind, *shape):
    kind = gguf.GGMLQuantizationType[kind]
    return gguf.quants.quantize(ones(*shape), kind), kind


def pair(a, b, name=NAME):
    return {f"{name}.lora_a": a, f"{name}.lora_b": b}


def test_an_adapter_that_fits(subtests, base, adapter):
    fitting = {
        "plain": {},
        "without alpha": {"adapter__lora__alpha": None},
        "halves": {"tensors": pair(ones(4, 32).astype(np.float16), ones(64, 4).astype(np.float16))},
        "quantized": {"tensors": pair(quantized("Q8_0", 32, 32), quantized("Q4_0", 64, 32))},
        "bfloat": {"tensors": pair(quantized("BF16", 4, 32), ones(64, 4))},
        "experts": {"tensors": pair(ones(3, 4, 32), ones(3, 48, 4), "blk.0.ffn_up_exps.weight")},
        "rank 1": {"tensors": pair(ones(1, 32), ones(64, 1))},
    }
    for name, changes in fitting.items():
        with subtests.test(name):
            header = adapter(**changes)
            require_adapter(header, base)
            require_finite(header)


UNFIT = [
    ({"general__type": None}, "its general.type is not 'adapter'"),
    ({"general__type": ("uint32", 3)}, "its general.type is not 'adapter'"),
    ({"adapter__type": ("string", "control_vector")}, "of the type 'control_vector'"),
    ({"adapter__type": None}, "of the type None"),
    ({"architecture": "llama"}, "for the architecture 'llama', and the model's is 'qwen2'"),
    ({"adapter__lora__alpha": ("float64", 8.0)}, "no finite 32-bit number"),
    ({"adapter__lora__alpha": ("uint32", 8)}, "no finite 32-bit number"),
    ({"adapter__lora__alpha": ("float32", float("nan"))}, "no finite 32-bit number"),
    ({"adapter__lora__alpha": ("float32", float("inf"))}, "no finite 32-bit number"),
    ({"adapter__lora__alpha": ("string", "8")}, "no finite 32-bit number"),
    ({"adapter__lora__alpha": ("array", [8.0])}, "no finite 32-bit number"),
    ({"adapter__alora__invocation_tokens": ("array", [1, 2])}, "an activated LoRA"),
    ({"tensors": {}}, "it holds no tensors"),
    ({"tensors": {f"{NAME}.lora_a": ones(4, 32)}}, f"the tensor '{NAME}.lora_b' is missing"),
    ({"tensors": {f"{NAME}.lora_b": ones(64, 4)}}, f"the tensor '{NAME}.lora_a' is missing"),
    ({"tensors": {"blk.0.attn_norm.weight": ones(32)}}, "'blk.0.attn_norm.weight' is none of a LoRA's"),
    ({"tensors": pair(ones(4, 32), ones(64, 4), f"{NAME}.lora_a")}, "is none of a LoRA's"),
    ({"tensors": pair(ones(4, 32), ones(64, 4), "blk.9.attn_q.weight")}, "has no tensor 'blk.9.attn_q.weight'"),
    ({"tensors": pair(ones(4, 33), ones(64, 4))}, "32 x 64 cannot be adapted by 33 x 4 and 4 x 64"),
    ({"tensors": pair(ones(4, 32), ones(65, 4))}, "cannot be adapted by 32 x 4 and 4 x 65"),
    ({"tensors": pair(ones(4, 32), ones(64, 5))}, "cannot be adapted by 32 x 4 and 5 x 64"),
    ({"tensors": pair(ones(32, 4), ones(4, 64))}, "cannot be adapted by 4 x 32 and 64 x 4"),
    ({"tensors": pair(ones(2, 4, 32), ones(64, 4))}, "cannot be adapted by 32 x 4 x 2"),
    ({"tensors": pair(ones(2, 4, 32), ones(3, 48, 4), "blk.0.ffn_up_exps.weight")}, "cannot be adapted"),
    ({"tensors": pair(ones(4, 64), ones(1, 4), "blk.0.attn_q.bias")}, "none that can be adapted"),
    ({"tensors": pair(np.ones((4, 32), np.int8), ones(64, 4))}, "of ggml's type 24"),
    ({"tensors": pair(np.ones((4, 32)), ones(64, 4))}, "of ggml's type 28"),
    ({"tensors": pair(ones(100, 4), ones(32, 4), "token_embd.weight")}, "cannot adapt the model's 'token_embd.weight'"),
]


def test_an_adapter_that_does_not_fit(subtests, base, adapter):
    for changes, said in UNFIT:
        with subtests.test(said):
            header = adapter(**changes)
            with pytest.raises(ModelFileError) as caught:
                require_adapter(header, base)
            assert said in str(caught.value)
            assert "adapter.gguf" in str(caught.value)


def test_an_embedding_of_its_own_can_be_adapted_the_other_way_round(untied, adapter):
    require_adapter(adapter(pair(ones(100, 4), ones(32, 4), "token_embd.weight")), untied)
    for wrong in [pair(ones(4, 32), ones(100, 4), "token_embd.weight")]:
        with pytest.raises(ModelFileError, match="cannot be adapted"):
            require_adapter(adapter(wrong), untied)


def test_numbers_that_are_not_finite(subtests, adapter):
    for kind in ["F32", "F16", "BF16", "Q8_0", "Q4_0"]:
        with subtests.test(kind):
            data, number = quantized(kind, 4, 32) if kind != "F32" else (ones(4, 32), None)
            data = np.ascontiguousarray(data)
            bits = {"F32": 0x7F800000, "BF16": 0x7F80}.get(kind, 0x7C00)
            data.reshape(-1).view(np.uint32 if kind == "F32" else np.uint16)[0] = bits
            with pytest.raises(ModelFileError, match="not finite"):
                require_finite(adapter(pair((data, number), ones(64, 4))))


def test_the_tensors_of_a_split_model_are_those_of_all_parts(tmp_path):
    for number, name in enumerate(["a.weight", "b.weight"], 1):
        write(tmp_path / f"m-0000{number}-of-00002.gguf", {name: ones(4, 32)}, split__count=("uint16", 2))
    assert set(tensors_of(inspect(tmp_path / "m-00001-of-00002.gguf"))) == {"a.weight", "b.weight"}
    (tmp_path / "m-00002-of-00002.gguf").unlink()
    with pytest.raises(ModelFileError, match="no such file"):
        tensors_of(inspect(tmp_path / "m-00001-of-00002.gguf"))
