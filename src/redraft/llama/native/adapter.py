"""A LoRA adapter in memory, and which one a context computes with."""

from __future__ import annotations

import ctypes
import hashlib
import math
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redraft.catalog.header import inspect
from redraft.catalog.lora import require_adapter, require_finite
from redraft.errors import GenerationError, ModelFileError, UsageError
from redraft.llama.native.library import errors_logged, library
from redraft.llama.native.model import said

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.llama.native.model import Model

__all__ = ["Adapter", "apply_adapter", "load_adapter"]


@dataclass(slots=True, eq=False)
class Adapter:
    """A LoRA adapter that was loaded beside its model.

    Attributes:
        name: What requests call it.
        pointer: llama.cpp's adapter; None once it was closed.
        scale: How much of it is added.
        fingerprint: A hash of its file: two adapters with one fingerprint and one scale compute the same.
    """

    name: str
    pointer: Any
    scale: float
    fingerprint: str
    model: Model

    def close(self) -> None:
        """Free the adapter; no context may still compute with it. A model that was closed has freed it already."""
        pointer, self.pointer = self.pointer, None
        if pointer and self.model.pointer:
            library().llama_adapter_lora_free(pointer)


def load_adapter(model: Model, path: Path, name: str, scale: float = 1.0) -> Adapter:
    """Load a LoRA adapter for a model.

    Args:
        model: The model, with its weights.
        path: The adapter's file, in GGUF.
        name: What requests call it.
        scale: How much of it is added.

    Raises:
        UsageError: The scale is not finite.
        ModelFileError: The file holds no adapter, or one for another model.
    """
    if not math.isfinite(ctypes.c_float(scale).value):
        raise UsageError(f"the adapter '{name}' cannot be scaled by {scale}", mend="Give a finite number.")
    header = inspect(path)
    require_adapter(header, inspect(model.path))
    require_finite(header)
    with errors_logged() as lines:
        pointer = library().llama_adapter_lora_init(model.pointer, os.fsencode(path))
    # The binding gives a pointer object in any case, and a null one is used until the process ends by it.
    if not pointer:
        raise ModelFileError(said(lines), where=str(path), mend="Convert the adapter again.")
    return Adapter(name, pointer, scale, _fingerprint(path), model)


def apply_adapter(api: Any, context: Any, adapter: Adapter | None) -> None:
    """Let a context compute with an adapter, or with the model alone; what it holds of one is not valid for the other.

    Args:
        api: llama.cpp's functions.
        context: llama.cpp's context.
        adapter: The adapter; None for the model alone.

    Raises:
        GenerationError: llama.cpp refused it.
    """
    if adapter is None:
        code = api.llama_set_adapters_lora(context, None, 0, None)
    else:
        pointers = (api.llama_adapter_lora_p_ctypes * 1)(adapter.pointer)
        code = api.llama_set_adapters_lora(context, pointers, 1, (ctypes.c_float * 1)(adapter.scale))
    if code:
        raise GenerationError(f"llama.cpp cannot use the adapter (llama_set_adapters_lora gave {code})")


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
