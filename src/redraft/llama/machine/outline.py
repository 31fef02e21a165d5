"""A model's outline: what its weights take, layer by layer, and how much each layer remembers of a token."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from redraft.catalog.header import GGUFHeader
    from redraft.catalog.tensortypes import Tensor

__all__ = ["Layer", "Outline", "outline", "parts"]

_PART = re.compile(r"-00001-of-(\d{5})\.gguf$")
_RECURRENT = ("ssm_", "shortconv", "time_mix")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer.

    Args:
        weights: Bytes of its weights.
        keys: Numbers that it keeps as the key of each token; 0 where it keeps none.
        values: Numbers that it keeps as the value of each token.
        state: Numbers that it keeps of each sequence, however long.
    """

    weights: int
    keys: int
    values: int
    state: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A model as memory sees it.

    Args:
        layers: Its layers, in order.
        vocabulary: How many tokens it knows.
        width: Numbers in the embedding of a token.
        inner: Numbers in the widest vector within a layer.
        input_bytes: Bytes of the embeddings of tokens.
        output_bytes: Bytes of all else; of the embeddings too, where they serve as the output.
        total_bytes: Bytes of all weights, each counted once.
    """

    layers: tuple[Layer, ...]
    vocabulary: int
    width: int
    inner: int
    input_bytes: int
    output_bytes: int
    total_bytes: int


def outline(path: Path) -> Outline:
    """Return a model's outline, its other parts included.

    Raises:
        ModelFileError: A part is missing, or no sound GGUF file.
    """
    from redraft.catalog.header import inspect

    headers = [inspect(part) for part in parts(path)]
    tensors = {name: tensor for header in headers for name, tensor in header.tensors.items()}
    return _outline(headers[0], tensors)


def parts(path: Path) -> tuple[Path, ...]:
    """Return the files of a model: itself, or all that a split model's first part counts."""
    found = _PART.search(path.name)
    if not found:
        return (path,)
    stem, count = path.name[: found.start()], int(found[1])
    return tuple(path.with_name(f"{stem}-{number:05}-of-{count:05}.gguf") for number in range(1, count + 1))


def _outline(header: GGUFHeader, tensors: Mapping[str, Tensor]) -> Outline:
    by_layer: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        kind, _, rest = name.partition(".")
        at, _, short = rest.partition(".")
        if kind == "blk" and at.isdecimal():
            by_layer.setdefault(int(at), {})[short] = tensor
    facts = _Facts(header)
    remembering = facts.number("block_count") - facts.number("nextn_predict_layers")
    remembering -= facts.number("attention.shared_kv_layers")
    layers = tuple(facts.layer(by_layer[at], remembers=at < remembering) for at in sorted(by_layer))
    embeddings, total = tensors.get("token_embd.weight"), sum(tensor.size for tensor in tensors.values())
    input_bytes = embeddings.size if embeddings else 0
    other = total - sum(layer.weights for layer in layers) - input_bytes
    return Outline(
        layers=layers,
        vocabulary=embeddings.shape[1] if embeddings else 0,
        width=facts.number("embedding_length"),
        inner=max((extent for tensor in by_layer.get(0, {}).values() for extent in tensor.shape[:2]), default=0),
        input_bytes=input_bytes,
        output_bytes=other + (0 if "output.weight" in tensors else input_bytes),
        total_bytes=total,
    )


class _Facts:
    """The header's numbers, by their keys without the architecture."""

    def __init__(self, header: GGUFHeader) -> None:
        self._header = header
        heads = self.number("attention.head_count")
        head = self.number("embedding_length") // heads if heads else 0
        shared = self.number("attention.head_count_kv", heads)
        self._keys = shared * self.number("attention.key_length", head)
        self._values = shared * self.number("attention.value_length", head)

    def number(self, key: str, default: int = 0) -> int:
        """Return a number, or the default where it is missing or one for each layer."""
        value = self._header.metadata.get(f"{self._header.architecture}.{key}", default)
        return value if isinstance(value, int) else default

    def layer(self, tensors: Mapping[str, Tensor], *, remembers: bool) -> Layer:
        """Return what a layer is, by its tensors."""
        keys, values = self._kept(tensors) if remembers else (0, 0)
        recurrent = any(name.startswith(_RECURRENT) for name in tensors)
        weights = sum(tensor.size for tensor in tensors.values())
        return Layer(weights, keys, values, self._state() if recurrent else 0)

    def _kept(self, tensors: Mapping[str, Tensor]) -> tuple[int, int]:
        # Where keys and values have tensors of their own, their rows say it of each layer.
        key, value = tensors.get("attn_k.weight"), tensors.get("attn_v.weight")
        if key:
            return key.shape[1], (value or key).shape[1]
        latent = tensors.get("attn_kv_a_mqa.weight")
        if latent:  # the value is a part of the key
            return latent.shape[1], 0 if self.number("attention.key_length_mla") else self._values
        return (self._keys, self._values) if "attn_qkv.weight" in tensors else (0, 0)

    def _state(self) -> int:
        """Return the numbers of a recurrent layer's state, as llama.cpp's `n_embd_r` and `n_embd_s` count them."""
        width, head = self.number("embedding_length"), self.number("wkv.head_size")
        if head:
            return (self.number("token_shift_count", 2) + head) * width
        if self.number("shortconv.l_cache"):
            return width * (self.number("shortconv.l_cache") - 1)
        inner, state = self.number("ssm.inner_size"), self.number("ssm.state_size")
        kernel = self.number("ssm.conv_kernel", 1)
        return (kernel - 1) * (inner + 2 * self.number("ssm.group_count") * state) + inner * state
