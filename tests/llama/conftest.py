"""A tiny model with random weights: real llama.cpp mechanics in a file of some hundred kilobytes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import gguf
import numpy as np
import pytest

from redraft.catalog.header import inspect
from redraft.llama.opening import open_engine

if TYPE_CHECKING:
    from pathlib import Path

WORDS = (  # noqa: SIM905
    "the and draft problem problems where fix is of to in a word sentence good bad long short dog park ball throw "
    'one two three 10 20 {" ":" "," ":[ {} [] ]} }] true false null he she it wor ld hel lo ing ed tion re'
).split()
SPECIALS = ("<|end|>", "<|im_start|>", "<|im_end|>", "<s>", "[INST]")
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def byte_letters() -> list[str]:
    """Return GPT-2's letter for each byte."""
    plain = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    extra = iter(range(0x100, 0x200))
    return [chr(byte) if byte in plain else chr(next(extra)) for byte in range(256)]


def tiny_vocabulary(markers: tuple[str, ...]) -> tuple[list[str], list[int], list[str]]:
    """Return the tokens, their types, and the merges of a byte-level BPE."""
    letters = byte_letters()
    tokens, merges = list(letters), []
    for word in [*WORDS, *(f" {word}" for word in WORDS)]:
        parts = [letters[byte] for byte in word.encode()]
        while len(parts) > 1:
            merges.append(f"{parts[0]} {parts[1]}")
            parts[:2] = [parts[0] + parts[1]]
            tokens.append(parts[0])
    tokens = list(dict.fromkeys(tokens))
    types = [gguf.TokenType.NORMAL] * len(tokens) + [gguf.TokenType.CONTROL] * len(SPECIALS)
    return (
        [*tokens, *SPECIALS, *markers],
        [*types, *[gguf.TokenType.USER_DEFINED] * len(markers)],
        list(dict.fromkeys(merges)),
    )


def write_model(
    path: Path,
    *,
    template: str | None = CHATML,
    weights: bool = True,
    markers: tuple[str, ...] = ("<think>",),
    **changes: Any,
) -> Path:
    """Write a random qwen2 model of 2 layers.

    Args:
        path: The file.
        template: Its chat template.
        weights: Whether it has any.
        markers: Its user-defined tokens.
        changes: Metadata to add.
    """
    tokens, types, merges = tiny_vocabulary(markers)
    writer = gguf.GGUFWriter(path, "qwen2")
    size, hidden, layers, heads = 64, 128, 2, 2
    writer.add_name("tiny")
    writer.add_block_count(layers)
    writer.add_context_length(512)
    writer.add_embedding_length(size)
    writer.add_feed_forward_length(hidden)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10_000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(False)  # noqa: FBT003
    if template is not None:
        writer.add_chat_template(template)
    for key, value in changes.items():
        add = writer.add_uint32 if isinstance(value, int) else writer.add_string
        add(key.replace("__", "."), value)
    if weights:
        _add_weights(writer, len(tokens), size, hidden, layers)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_weights(writer: gguf.GGUFWriter, words: int, size: int, hidden: int, layers: int) -> None:
    random = np.random.default_rng(0)

    def matrix(rows: int, columns: int, scale: float = 0.3) -> np.ndarray:
        return (random.standard_normal((rows, columns)) * scale).astype(np.float32)

    writer.add_tensor("token_embd.weight", matrix(words, size, 0.6))
    writer.add_tensor("output_norm.weight", np.ones(size, np.float32))
    for layer in range(layers):
        name = f"blk.{layer}"
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"{name}.{norm}.weight", np.ones(size, np.float32))
        for part in ("attn_q", "attn_k", "attn_v"):
            writer.add_tensor(f"{name}.{part}.weight", matrix(size, size))
            writer.add_tensor(f"{name}.{part}.bias", np.zeros(size, np.float32))
        writer.add_tensor(f"{name}.attn_output.weight", matrix(size, size))
        writer.add_tensor(f"{name}.ffn_gate.weight", matrix(hidden, size))
        writer.add_tensor(f"{name}.ffn_up.weight", matrix(hidden, size))
        writer.add_tensor(f"{name}.ffn_down.weight", matrix(size, hidden))


def write_encoder(path: Path, *, pooling: gguf.PoolingType = gguf.PoolingType.MEAN, context: int = 64) -> Path:
    """Write a random bert model of 2 layers, which reads whole texts and cannot write any.

    Args:
        path: The file.
        pooling: How it makes one vector of many.
        context: Its longest text, the two tokens around it included.
    """
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *(f"\u2581{word}" for word in WORDS), *"abcdefghijklmnopqrstuvwxyz"]
    writer = gguf.GGUFWriter(path, "bert")
    size, hidden, layers = 64, 128, 2
    writer.add_block_count(layers)
    writer.add_context_length(context)
    writer.add_embedding_length(size)
    writer.add_feed_forward_length(hidden)
    writer.add_head_count(2)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)  # noqa: FBT003
    writer.add_pooling_type(pooling)
    writer.add_token_type_count(1)
    writer.add_tokenizer_model("bert")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL] * 4 + [gguf.TokenType.NORMAL] * (len(tokens) - 4))
    writer.add_pad_token_id(0)
    writer.add_unk_token_id(1)
    writer.add_bos_token_id(2)
    writer.add_sep_token_id(3)
    for name, shape in _encoder_shapes(len(tokens), context, size, hidden, layers).items():
        random = np.random.default_rng(len(name))
        values = np.ones(shape) if name.endswith("norm.weight") else random.standard_normal(shape) * 0.3
        writer.add_tensor(name, values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _encoder_shapes(words: int, context: int, size: int, hidden: int, layers: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (words, size),
        "token_types.weight": (1, size),
        "position_embd.weight": (context, size),
        "token_embd_norm.weight": (size,),
        "token_embd_norm.bias": (size,),
    }
    for layer in range(layers):
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            shapes |= {f"blk.{layer}.{part}.weight": (size, size), f"blk.{layer}.{part}.bias": (size,)}
        for norm in ("attn_output_norm", "layer_output_norm"):
            shapes |= {f"blk.{layer}.{norm}.weight": (size,), f"blk.{layer}.{norm}.bias": (size,)}
        shapes |= {f"blk.{layer}.ffn_up.weight": (hidden, size), f"blk.{layer}.ffn_up.bias": (hidden,)}
        shapes |= {f"blk.{layer}.ffn_down.weight": (size, hidden), f"blk.{layer}.ffn_down.bias": (size,)}
    return shapes


@pytest.fixture(scope="session")
def make_encoder():
    return write_encoder


def write_adapter(
    path: Path,
    base: Path,
    *,
    targets: tuple[str, ...] = ("attn_q.weight", "attn_v.weight"),
    seed: int = 0,
    changes: dict[str, Any] | None = None,
) -> Path:
    """Write a random LoRA adapter of rank 4 for a model.

    Args:
        path: The file.
        base: The model's file.
        targets: How the names of the tensors end that it changes.
        seed: Of its numbers.
        changes: Tensors to put in place of its own, or beside them; None leaves one out.
    """
    header, random, rank = inspect(base), np.random.default_rng(seed), 4
    tensors: dict[str, Any] = {}
    for tensor in header.tensors.values():
        if tensor.name.endswith(targets):
            columns, rows = tensor.shape
            tensors[f"{tensor.name}.lora_a"] = random.standard_normal((rank, columns)).astype(np.float32) * 0.2
            tensors[f"{tensor.name}.lora_b"] = random.standard_normal((rows, rank)).astype(np.float32) * 0.2
    writer = gguf.GGUFWriter(path, header.architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 8.0)
    for name, values in (tensors | (changes or {})).items():
        if values is not None:
            writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="session")
def make_adapter():
    return write_adapter


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture(scope="session")
def make_model():
    return write_model


@pytest.fixture(scope="session", params=["tiny", "embedded"])
def vocabulary(request):
    """The vocabulary of either model."""
    return request.getfixturevalue(request.param)._vocabulary


@pytest.fixture(scope="session")
def tiny(tiny_file):
    """An open engine on the tiny model: for mechanics that need its long texts or odd tokens."""
    engine = open_engine(tiny_file, threads=1)
    yield engine
    asyncio.run(engine.close())


@pytest.fixture(scope="session")
def gather():
    return _gather


async def _gather(engine, request):
    return [token async for token in engine.generate(request)]
