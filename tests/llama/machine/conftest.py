"""Models in every shape: files of the right size whose weights are holes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gguf
import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path

QWEN = {"layers": 3, "width": 896, "heads": 14, "shared": 2, "head": 64, "inner": 4864, "vocabulary": 151_936}


def write_hollow(
    path: Path, architecture: str, tensors: dict[str, tuple[int, ...]], facts: dict[str, Any], *, tokens: int = 0
) -> Path:
    """Write a GGUF file of Q8_0 matrices and F32 vectors without writing their numbers.

    Args:
        path: The file.
        architecture: Its architecture.
        tensors: The shapes of its tensors, rows first.
        facts: Its metadata, without the architecture.
        tokens: How many tokens it has texts for: none, or all.
    """
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_tokenizer_model("gpt2" if tokens else "no_vocab")
    if tokens:
        writer.add_tokenizer_pre("gpt-2")
        writer.add_token_list([f"t{at}" for at in range(tokens)])
        writer.add_token_merges(["t 0"])
        writer.add_eos_token_id(0)
    for key, value in facts.items():
        add = {float: writer.add_float32, list: writer.add_array}.get(type(value), writer.add_uint32)
        add(f"{architecture}.{key}", value)
    for name, shape in tensors.items():
        matrix = len(shape) > 1 and not name.endswith((".conv.weight", "conv1d.weight", "ssm_a"))
        kind = gguf.GGMLQuantizationType.Q8_0 if matrix else gguf.GGMLQuantizationType.F32
        rows, (block, size) = int(np.prod(shape[:-1])), gguf.GGML_QUANT_SIZES[kind]
        length = rows * shape[-1] // block * size
        stored = (*shape[:-1], shape[-1] // block * size) if matrix else shape
        writer.add_tensor_info(name, stored, np.dtype(np.uint8 if matrix else np.float32), length, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    end = writer.fout[0].tell()
    begin = -(-end // 32) * 32
    total = sum(-(-info.nbytes // 32) * 32 for info in writer.tensors[0].values())
    writer.close()
    with path.open("r+b") as file:
        file.truncate(begin + total)
    return path


def attention(prefix: str, sizes: dict[str, int], *, shared: int | None = None) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a layer of attention."""
    width, inner, head = sizes["width"], sizes["inner"], sizes["head"]
    keys = (sizes["shared"] if shared is None else shared) * head
    return {
        f"{prefix}.attn_norm.weight": (width,),
        f"{prefix}.ffn_norm.weight": (width,),
        f"{prefix}.attn_q.weight": (sizes["heads"] * head, width),
        f"{prefix}.attn_k.weight": (keys, width),
        f"{prefix}.attn_v.weight": (keys, width),
        f"{prefix}.attn_output.weight": (width, sizes["heads"] * head),
        f"{prefix}.ffn_gate.weight": (inner, width),
        f"{prefix}.ffn_up.weight": (inner, width),
        f"{prefix}.ffn_down.weight": (width, inner),
    }


def facts(sizes: dict[str, int]) -> dict[str, Any]:
    """Return the metadata of a model of attention."""
    return {
        "block_count": sizes["layers"],
        "context_length": 32_768,
        "embedding_length": sizes["width"],
        "feed_forward_length": sizes["inner"],
        "attention.head_count": sizes["heads"],
        "attention.head_count_kv": sizes["shared"],
        "attention.layer_norm_rms_epsilon": 1e-6,
        "vocab_size": sizes["vocabulary"],
    }


def write_qwen2(path: Path, **changes: int) -> Path:
    """Write a hollow model in the shape of a Qwen2.5 of half a billion weights, with fewer layers."""
    sizes = QWEN | changes
    tensors: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (sizes["vocabulary"], sizes["width"]),
        "output_norm.weight": (sizes["width"],),
    }
    for at in range(sizes["layers"]):
        tensors |= attention(f"blk.{at}", sizes)
        rows = {"attn_q": sizes["heads"], "attn_k": sizes["shared"], "attn_v": sizes["shared"]}
        tensors |= {f"blk.{at}.{part}.bias": (count * sizes["head"],) for part, count in rows.items()}
    return write_hollow(path, "qwen2", tensors, facts(sizes))


def write_lfm2(path: Path) -> Path:
    """Write a hollow model whose layers take turns: a short convolution, then attention."""
    sizes = QWEN | {"layers": 4, "width": 256, "heads": 4, "inner": 512, "vocabulary": 1000}
    width = sizes["width"]
    tensors = {"token_embd.weight": (1000, width), "token_embd_norm.weight": (width,)}
    for at in range(4):
        layer = attention(f"blk.{at}", sizes)
        if at % 2 == 0:
            layer = {name: shape for name, shape in layer.items() if "attn_norm" in name or "attn_" not in name}
            layer |= {
                f"blk.{at}.shortconv.conv.weight": (width, 3),
                f"blk.{at}.shortconv.in_proj.weight": (3 * width, width),
                f"blk.{at}.shortconv.out_proj.weight": (width, width),
            }
        else:
            layer |= {f"blk.{at}.attn_{part}_norm.weight": (64,) for part in "qk"}
        tensors |= layer
    return write_hollow(
        path,
        "lfm2",
        tensors,
        facts(sizes) | {"attention.head_count_kv": [0, 2, 0, 2], "shortconv.l_cache": 3},
        tokens=1000,
    )


def write_mamba(path: Path) -> Path:
    """Write a hollow recurrent model."""
    width, inner, state, rank = 256, 512, 16, 32
    tensors: dict[str, tuple[int, ...]] = {"token_embd.weight": (1000, width), "output_norm.weight": (width,)}
    for at in range(2):
        tensors |= {
            f"blk.{at}.attn_norm.weight": (width,),
            f"blk.{at}.ssm_in.weight": (2 * inner, width),
            f"blk.{at}.ssm_conv1d.weight": (inner, 4),
            f"blk.{at}.ssm_conv1d.bias": (inner,),
            f"blk.{at}.ssm_x.weight": (rank + 2 * state, inner),
            f"blk.{at}.ssm_dt.weight": (inner, 32),
            f"blk.{at}.ssm_dt.bias": (inner,),
            f"blk.{at}.ssm_a": (inner, state),
            f"blk.{at}.ssm_d": (inner,),
            f"blk.{at}.ssm_out.weight": (width, inner),
        }
    keep = {"block_count": 2, "context_length": 512, "embedding_length": width, "vocab_size": 1000}
    ssm = {"ssm.conv_kernel": 4, "ssm.inner_size": inner, "ssm.state_size": state, "ssm.time_step_rank": 32}
    return write_hollow(
        path,
        "mamba",
        tensors,
        keep | ssm | {"attention.layer_norm_rms_epsilon": 1e-6, "feed_forward_length": 0, "attention.head_count": 0},
        tokens=1000,
    )


@pytest.fixture(scope="session")
def hollow(tmp_path_factory):
    """Files of models by the names of their shapes."""
    folder = tmp_path_factory.mktemp("hollow")
    return {
        "qwen2": write_qwen2(folder / "qwen2.gguf"),
        "lfm2": write_lfm2(folder / "lfm2.gguf"),
        "mamba": write_mamba(folder / "mamba.gguf"),
    }
