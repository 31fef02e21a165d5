"""A context: a model's memory of many sequences, owned by one thread."""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from redraft.errors import GenerationError, ModelFileError
from redraft.llama.native.batch import Batch
from redraft.llama.native.library import errors_logged, library
from redraft.llama.native.model import said

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redraft.llama.native.model import Model

__all__ = ["KV_TYPES", "Context", "ContextShape"]

KV_TYPES = {"f16": 1, "q8_0": 8, "bf16": 30}
"""ggml's numbers of the types that keys and values are kept in."""

NO_ROOM = 1
"""What llama_decode answers where it finds no cells."""


@dataclass(frozen=True, slots=True)
class ContextShape:
    """How a context is opened.

    Args:
        cells: Tokens that all sequences may have together; what they share counts once.
        sequences: Most sequences, kept ones included.
        rows: Most rows a step.
        threads: Threads that compute one row.
        threads_batch: Threads that compute several.
        kv_type: One of `KV_TYPES`.
        flash: Whether flash attention is demanded; None leaves it to llama.cpp.
    """

    cells: int
    sequences: int = 48
    rows: int = 512
    threads: int = 1
    threads_batch: int = 1
    kv_type: str = "f16"
    flash: bool | None = None


class Context:
    """A model's memory. Everything but its making belongs to one thread.

    Args:
        model: The model.
        shape: How it is opened.

    Raises:
        ModelFileError: There is no memory for the context, or the model has none.
    """

    def __init__(self, model: Model, shape: ContextShape) -> None:
        self._api = library()
        self.model = model
        self.vocabulary = model.vocabulary
        self._barred = model.vocabulary.barred
        self.shape = shape
        with errors_logged() as lines:
            self.pointer = self._api.llama_init_from_model(model.pointer, self._params(shape))
        if not self.pointer:
            raise ModelFileError(
                f"no context of {shape.cells} tokens could be opened: {said(lines)}", mend="Ask for a smaller context."
            )
        self.cells = int(self._api.llama_n_ctx(self.pointer))
        self._memory = self._api.llama_get_memory(self.pointer)
        self._window = _window(model, self.cells)
        self._guards = shape.sequences if self._window else 0
        self._spare = 2 * shape.sequences
        self.batch = Batch(self._api, shape.rows)
        self.decode_calls = 0
        self.seconds = 0.0

    def _params(self, shape: ContextShape) -> Any:
        params = self._api.llama_context_default_params()
        params.n_ctx = shape.cells
        params.n_batch = params.n_ubatch = shape.rows
        params.n_seq_max = 2 * shape.sequences + 1 if _window(self.model, shape.cells) else shape.sequences
        params.n_outputs_max_per_seq = 0
        params.kv_unified = True
        params.swa_full = True
        params.n_threads, params.n_threads_batch = shape.threads, shape.threads_batch
        params.type_k = params.type_v = KV_TYPES[shape.kv_type]
        if shape.flash is not None:
            params.flash_attn_type = int(shape.flash)
        return params

    def set_threads(self, decode: int, prefill: int) -> None:
        """Set how many threads compute one row, and several."""
        self._api.llama_set_n_threads(self.pointer, decode, prefill)

    def decode(self) -> NDArray[np.float32]:
        """Compute the rows of `batch`, and return the logits of those that give some, in their order.

        They are llama.cpp's own memory, good until the next step. Tokens that must not be sampled have minus infinity.

        Raises:
            MemoryError: The cells do not suffice; nothing was computed.
            GenerationError: llama.cpp failed.
        """
        begin = time.perf_counter()
        code = self._api.llama_decode(self.pointer, self.batch.native)
        # A GPU goes on computing after the call: it's the logits that are waited for.
        logits = self._logits() if not code and self.batch.outputs else _NONE
        self.seconds += time.perf_counter() - begin
        self.decode_calls += 1
        if code == NO_ROOM:
            raise MemoryError
        if code:
            raise GenerationError(f"llama.cpp could not go on (llama_decode gave {code})")
        return logits

    def _logits(self) -> NDArray[np.float32]:
        # Asking for all of them also puts them into the order of the rows.
        pointer = self._api.llama_get_logits(self.pointer)
        flat = (ctypes.c_float * (self.batch.outputs * self.vocabulary.size)).from_address(
            ctypes.addressof(pointer.contents)
        )
        logits = np.ctypeslib.as_array(flat).reshape(self.batch.outputs, self.vocabulary.size)
        logits[:, self._barred] = -np.inf
        return logits

    def copy(self, source: int, target: int, begin: int, end: int) -> None:
        """Let a sequence have the positions of another: nothing is moved, both own the cells."""
        self._api.llama_memory_seq_cp(self._memory, source, target, begin, end)
        self.guard(target, begin, end)

    def guard(self, slot: int, begin: int, end: int) -> None:
        """Keep positions that a sequence has computed from being overwritten when its window has left them.

        llama.cpp reuses such a cell where one sequence alone owns it; then what begins like it could not have it. So
        each sequence of a model with windows has a second one that owns the same cells.
        """
        if self._guards:
            self._api.llama_memory_seq_cp(self._memory, slot, slot + self._guards, begin, end)

    def cut(self, slot: int, begin: int, end: int = -1) -> bool:
        """Take positions out of a sequence; return whether the model could."""
        if self._guards:
            self._api.llama_memory_seq_rm(self._memory, slot + self._guards, begin, end)
        return bool(self._api.llama_memory_seq_rm(self._memory, slot, begin, end))

    def length(self, slot: int) -> int:
        """Return how many positions a sequence has."""
        return int(self._api.llama_memory_seq_pos_max(self._memory, slot)) + 1

    def clear(self) -> None:
        """Forget every sequence."""
        self._api.llama_memory_clear(self._memory, True)  # noqa: FBT003

    def save(self, slot: int) -> bytes:
        """Return the state of a sequence; empty where llama.cpp gives none."""
        if not self._window:
            return self._save(slot)
        # Of layers with windows, llama.cpp gives what the last position sees: so it is asked window by window.
        parts = []
        for begin in range(0, self.length(slot), self._window):
            self._api.llama_memory_seq_cp(self._memory, slot, self._spare, begin, begin + self._window)
            parts.append(self._save(self._spare))
            self._api.llama_memory_seq_rm(self._memory, self._spare, 0, -1)
        return b"".join(len(part).to_bytes(8, "little") + part for part in parts)

    def restore(self, slot: int, state: bytes) -> bool:
        """Give a sequence a saved state; return whether llama.cpp took it. It must come from `save`."""
        if not self._window:
            return self._restore(slot, state)
        self.cut(slot, 0)
        at = 0
        while at < len(state):
            begin, at = at + 8, at + 8 + int.from_bytes(state[at : at + 8], "little")
            if not self._restore(self._spare, state[begin:at]):
                self.cut(slot, 0)
                return False
            self.copy(self._spare, slot, 0, -1)
            self._api.llama_memory_seq_rm(self._memory, self._spare, 0, -1)
        return True

    def _save(self, slot: int) -> bytes:
        size = self._api.llama_state_seq_get_size(self.pointer, slot)
        buffer = (ctypes.c_uint8 * size)()
        written = self._api.llama_state_seq_get_data(self.pointer, buffer, size, slot)
        return bytes(memoryview(buffer)[:written])

    def _restore(self, slot: int, state: bytes) -> bool:
        buffer = ctypes.cast(ctypes.c_char_p(state), ctypes.POINTER(ctypes.c_uint8))
        return bool(self._api.llama_state_seq_set_data(self.pointer, buffer, len(state), slot) == len(state))

    def time_rows(self, rows: int) -> float:
        """Return the seconds that a step of so many rows takes, all of which give logits; nothing of it is kept."""
        self.batch.clear()
        self.batch.add(0, [self._harmless] * rows, self.length(0), outputs=rows)
        begin, before = self.seconds, self.length(0)
        try:
            self.decode()
        finally:
            self.cut(0, before)
        return self.seconds - begin

    @property
    def _harmless(self) -> int:
        """A token that every vocabulary has."""
        return max(self.vocabulary.size // 2, 0)

    def close(self, *, model: bool = True) -> None:
        """Free the context, and its model unless that is kept."""
        pointer, self.pointer = self.pointer, None
        if pointer:
            self.batch.close()
            self._api.llama_free(pointer)
        if model:
            self.model.close()


def _window(model: Model, cells: int) -> int:
    """Return to how many positions a model's layers attend, where some attend to less than a context may hold; or 0."""
    window = int(library().llama_model_n_swa(model.pointer))
    return window if 0 < window < cells else 0


_NONE = np.empty((0, 0), np.float32)
