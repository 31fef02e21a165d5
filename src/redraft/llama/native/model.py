"""A GGUF model in memory: its weights, metadata and vocabulary."""

from __future__ import annotations

import ctypes
import os
from functools import cached_property
from typing import TYPE_CHECKING

from redraft.errors import ModelFileError
from redraft.llama.native.library import errors_logged, extra_buffers, library
from redraft.llama.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["Model", "said"]


class Model:
    """A GGUF model in memory.

    Args:
        path: The file.
        gpu_layers: Layers to offload, the last ones; -1 for all.
        tensor_split: How much of them each GPU has; empty to leave it to llama.cpp.
        main_gpu: The GPU that does what is not split.
        weights: Whether they are loaded, or the vocabulary alone.

    Raises:
        ModelFileError: llama.cpp cannot load the file, or the model cannot write text.
    """

    def __init__(
        self,
        path: Path,
        *,
        gpu_layers: int = 0,
        tensor_split: Sequence[int] = (),
        main_gpu: int = 0,
        weights: bool = True,
    ) -> None:
        self._api = library()
        self.path = path
        self.name = path.stem
        params = self._api.llama_model_default_params()
        params.n_gpu_layers, params.main_gpu = gpu_layers, main_gpu
        # Its length is llama.cpp's, and it must outlive the call.
        split = (ctypes.c_float * int(self._api.llama_max_devices()))(*tensor_split)
        if tensor_split:
            params.tensor_split = split
        params.vocab_only = not weights
        params.use_extra_bufts = extra_buffers()
        self.gpu_layers = gpu_layers if self._api.llama_supports_gpu_offload() else 0
        nothing = ctypes.c_void_p()
        if not self.gpu_layers:
            # Even without layers on it a GPU would compute large steps: slowly, and not as the processor does.
            params.devices = ctypes.addressof(nothing)
        with errors_logged() as lines:
            self.pointer = self._api.llama_model_load_from_file(os.fsencode(path), params)
        if not self.pointer:
            raise ModelFileError(said(lines), where=str(path), mend="Fetch or convert the file again.")
        if weights and not self._generates():
            self.close()
            raise ModelFileError("the model encodes text and cannot write any", where=str(path), mend="Name another.")

    @property
    def offloaded(self) -> bool:
        """Whether layers are on a GPU."""
        return self.gpu_layers != 0

    @cached_property
    def metadata(self) -> dict[str, str]:
        """The file's metadata, arrays left out."""
        count = self._api.llama_model_meta_count(self.pointer)
        read_key, read_value = self._api.llama_model_meta_key_by_index, self._api.llama_model_meta_val_str_by_index
        return {self._string(read_key, at): self._string(read_value, at) for at in range(count)}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The model's vocabulary."""
        return Vocabulary(self._api.llama_model_get_vocab(self.pointer), self.metadata)

    @property
    def trained_context(self) -> int:
        """The context length that the model was trained with."""
        return int(self._api.llama_model_n_ctx_train(self.pointer))

    @cached_property
    def recurrent(self) -> bool:
        """Whether it keeps a state that cannot be cut: sequences then share nothing, and nothing is proposed."""
        api = self._api
        return bool(api.llama_model_is_recurrent(self.pointer) or api.llama_model_is_hybrid(self.pointer))

    def _generates(self) -> bool:
        decodes = bool(self._api.llama_model_has_decoder(self.pointer))
        return decodes and not self._api.llama_model_has_encoder(self.pointer)

    def close(self) -> None:
        """Free the model; its contexts must be closed."""
        pointer, self.pointer = self.pointer, None
        if pointer:
            self._api.llama_model_free(pointer)

    def _string(self, read: Callable[..., int], at: int) -> str:
        room = 256
        while True:
            buffer = ctypes.create_string_buffer(room)
            length = read(self.pointer, at, buffer, room)
            if length < room:
                return buffer.value.decode(errors="replace")
            room = length + 1


def said(lines: list[str]) -> str:
    """Return what llama.cpp logged as its first error, as a sentence."""
    first = next((line for line in lines if line.strip()), "")
    return (
        f"llama.cpp cannot load it: {first.split('error loading model: ', 1)[-1][:300]}"
        if first
        else "llama.cpp cannot load it"
    )
