"""A LoRA adapter's file, checked against its base model before llama.cpp sees it.

llama.cpp ends the process at a value of another type than it expects, at ranks that differ and at shapes that cannot be
multiplied, some of them only when the adapter is used.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NoReturn

from redraft.catalog.header import inspect
from redraft.errors import ModelFileError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.catalog.header import GGUFHeader
    from redraft.catalog.tensortypes import Tensor

__all__ = ["require_adapter", "require_finite", "tensors_of"]

_SUFFIXES = (".lora_a", ".lora_b")
_EMBEDDING = "token_embd.weight"

_F32, _F16, _Q4_0, _Q8_0, _BF16 = 0, 1, 2, 8, 30
_TYPES = frozenset({_F32, _F16, _Q4_0, _Q8_0, _BF16})
"""The types that adapters are converted to, which every backend can multiply."""

_SCALED = {_F16: 2, _Q4_0: 18, _Q8_0: 34}
"""Bytes of a block that begins with half a float: the number itself, or the scale of its integers."""

_NVFP4 = 40
"""A type of base weights that llama.cpp asserts to have no adapter."""

_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")


def tensors_of(base: GGUFHeader) -> Mapping[str, Tensor]:
    """Return a model's tensors, those of its other parts included where its file is split.

    Raises:
        ModelFileError: A part is missing or unsound.
    """
    part = _PART.search(base.path.name)
    if base.metadata.get("split.count", 0) in {0, 1} or part is None:
        return base.tensors
    tensors: dict[str, Tensor] = {}
    for number in range(1, int(part[2]) + 1):
        name = f"{base.path.name[: part.start()]}-{number:05}-of-{part[2]}.gguf"
        tensors |= inspect(base.path.with_name(name)).tensors
    return tensors


def require_adapter(header: GGUFHeader, base: GGUFHeader) -> None:
    """Make sure that a file holds a LoRA adapter for a model.

    Args:
        header: The adapter's header.
        base: The model's.

    Raises:
        ModelFileError: It holds something else, or an adapter for another model.
    """
    _check_metadata(header, base)
    pairs = _pairs(header)
    weights = tensors_of(base)
    for name, (a, b) in pairs.items():
        _check_pair(header, name, a, b, weights)


def require_finite(header: GGUFHeader) -> None:
    """Make sure that all numbers of an adapter are finite: one that is not makes every logit none.

    Raises:
        ModelFileError: One is not.
    """
    import numpy as np

    data = np.memmap(header.path, np.uint8, mode="r")
    for tensor in header.tensors.values():
        part = data[tensor.begin : tensor.begin + tensor.size]
        if tensor.kind == _F32:
            finite = np.isfinite(part.view(np.float32)).all()
        elif tensor.kind == _BF16:
            finite = np.isfinite((part.view(np.uint16).astype(np.uint32) << 16).view(np.float32)).all()
        else:
            blocks = part.reshape(-1, _SCALED[tensor.kind])[:, :2]
            finite = np.isfinite(np.ascontiguousarray(blocks).view(np.float16)).all()
        if not finite:
            _refuse(header, f"the tensor {tensor.name!r} holds a number that is not finite")


def _check_metadata(header: GGUFHeader, base: GGUFHeader) -> None:
    metadata, kinds = header.metadata, header.kinds
    if metadata.get("general.type") != "adapter":
        _refuse(header, "it is no adapter: its general.type is not 'adapter'", "Name a LoRA adapter.")
    if metadata.get("adapter.type") != "lora":
        _refuse(header, f"it is an adapter of the type {metadata.get('adapter.type')!r}, not 'lora'")
    if not isinstance(metadata.get("general.architecture"), str) or header.architecture != base.architecture:
        what = (
            f"it is an adapter for the architecture '{header.architecture}', and the model's is '{base.architecture}'"
        )
        _refuse(header, what, "Name the model that it was trained for.")
    if kinds.get("adapter.lora.alpha", "f32") != "f32" or not math.isfinite(metadata.get("adapter.lora.alpha", 0.0)):  # type: ignore[arg-type]
        _refuse(header, "its adapter.lora.alpha is no finite 32-bit number")
    if "adapter.alora.invocation_tokens" in kinds:
        _refuse(header, "it is an activated LoRA, which is not supported", "Name a plain LoRA adapter.")


def _pairs(header: GGUFHeader) -> dict[str, tuple[Tensor, Tensor]]:
    """Return the tensors that belong together, by the name of the base's tensor."""
    tensors = header.tensors
    for name in tensors:
        if name.count(".lora_") != 1 or not name.endswith(_SUFFIXES):
            _refuse(header, f"the tensor {name!r} is none of a LoRA's, and llama.cpp would leave it out or fail")
    names = dict.fromkeys(name[: -len(".lora_a")] for name in tensors)
    if not names:
        _refuse(header, "it holds no tensors")
    for name in names:
        missing = [suffix for suffix in _SUFFIXES if name + suffix not in tensors]
        if missing:
            _refuse(header, f"the tensor {name + missing[0]!r} is missing")
    return {name: (tensors[f"{name}.lora_a"], tensors[f"{name}.lora_b"]) for name in names}


def _check_pair(header: GGUFHeader, name: str, a: Tensor, b: Tensor, weights: Mapping[str, Tensor]) -> None:
    base = weights.get(name)
    if base is None:
        _refuse(header, f"the model has no tensor {name!r}", "Name the model that it was trained for.")
    for tensor in (a, b):
        if tensor.kind not in _TYPES:
            _refuse(header, f"the tensor {tensor.name!r} is of ggml's type {tensor.kind}, which an adapter cannot have")
    if len(base.shape) < 2 or base.kind == _NVFP4:  # noqa: PLR2004
        _refuse(header, f"the model's tensor {name!r} is none that can be adapted")
    if name.endswith(_EMBEDDING):
        _check_embedding(header, name, weights)
    wanted = _shapes(name, base, rank=b.shape[0])
    if (_full(a.shape), _full(b.shape)) != wanted:
        what = f"{name!r} of {_shown(base.shape)} cannot be adapted by {_shown(a.shape)} and {_shown(b.shape)}"
        _refuse(header, what, "Name the model that it was trained for.")


def _check_embedding(header: GGUFHeader, name: str, weights: Mapping[str, Tensor]) -> None:
    # Where the output shares the embedding's weights, llama.cpp multiplies by the adapter of the wrong orientation.
    if name != _EMBEDDING or "output.weight" not in weights:
        _refuse(header, f"llama.cpp cannot adapt the model's {name!r}", "Train an adapter that leaves it alone.")


def _shapes(name: str, base: Tensor, *, rank: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the shapes that fit a tensor of the base; an embedding is looked up, and so its two are the other way."""
    columns, rows, *others = _full(base.shape)
    if name == _EMBEDDING:
        return (rank, rows, *others), (rank, columns, *others)
    return (columns, rank, *others), (rank, rows, *others)


def _full(shape: tuple[int, ...]) -> tuple[int, ...]:
    return shape + (1,) * (4 - len(shape))


def _shown(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _refuse(header: GGUFHeader, what: str, mend: str = "Convert the adapter again.") -> NoReturn:
    raise ModelFileError(what, where=str(header.path), mend=mend)
