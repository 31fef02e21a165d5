"""A GGUF that `export` wrote, as a network again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from gguf import GGUFReader
from gguf.quants import dequantize

from training.errors import TrainingError
from training.model import Network, Shape

if TYPE_CHECKING:
    from pathlib import Path

    from training.tokens import Encoder

__all__ = ["load", "tokens_in"]


def load(path: Path, *, encoder: Encoder | None = None) -> Network:
    """Return the network of a GGUF.

    Args:
        path: A file that `export` wrote.
        encoder: The tokenizer that the file must have been trained with.

    Raises:
        TrainingError: If there is no such file, or it has another tokenizer or other sizes.
    """
    try:
        reader = GGUFReader(path)
        shape = _shape(reader)
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise TrainingError(f"{path} is not a model that training wrote ({error}). Name one that is.") from error
    if encoder and _tokens(reader) != encoder.tokens:
        raise TrainingError(f"{path} has another vocabulary than training has now. Go on with `train --from {path}`.")
    network = Network(shape)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in _state(reader, shape).items()})
    return network


def tokens_in(path: Path) -> list[str]:
    """Return the tokens of a GGUF, in the order of the ids."""
    return _tokens(GGUFReader(path))


def _field(reader: GGUFReader, name: str) -> Any:
    return reader.fields[name].contents()


def _tokens(reader: GGUFReader) -> list[str]:
    return list(_field(reader, "tokenizer.ggml.tokens"))


def _shape(reader: GGUFReader) -> Shape:
    return Shape(
        vocabulary=len(_tokens(reader)),
        layers=_field(reader, "qwen2.block_count"),
        width=_field(reader, "qwen2.embedding_length"),
        heads=_field(reader, "qwen2.attention.head_count"),
        inner=_field(reader, "qwen2.feed_forward_length"),
        context=_field(reader, "qwen2.context_length"),
        rope_base=_field(reader, "qwen2.rope.freq_base"),
        epsilon=Shape.epsilon,
    )


def _state(reader: GGUFReader, shape: Shape) -> dict[str, np.ndarray]:
    """Return the tensors by the names that the network has for them."""
    found = {t.name: np.array(dequantize(t.data, t.tensor_type), dtype=np.float32) for t in reader.tensors}
    state = {"embedding.weight": found["token_embd.weight"], "norm.weight": found["output_norm.weight"]}
    for index in range(shape.layers):
        ours, theirs = f"blocks.{index}.", f"blk.{index}."
        for name in ("attn_norm", "ffn_norm"):
            state[f"{ours}{name}.weight"] = found[f"{theirs}{name}.weight"]
        for kind in ("weight", "bias"):
            parts = [found[f"{theirs}attn_{part}.{kind}"] for part in "qkv"]
            state[f"{ours}qkv.{kind}"] = np.concatenate(parts)
        state[f"{ours}gate_up.weight"] = np.concatenate(
            [found[f"{theirs}ffn_{part}.weight"] for part in ("gate", "up")]
        )
        state[f"{ours}output.weight"] = found[f"{theirs}attn_output.weight"]
        state[f"{ours}down.weight"] = found[f"{theirs}ffn_down.weight"]
    return state
