"""A context: a model's memory of what it has read, owned by one thread."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from redraft.errors import GenerationError, ModelFileError
from redraft.llama.native.library import errors_logged, library
from redraft.llama.native.model import said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from redraft.llama.interface import EngineStats
    from redraft.llama.native.model import Model

__all__ = ["Context"]

DEFAULT_CONTEXT = 8192
"""Largest context opened unasked: the memory for it grows with its length."""

CPU_CHUNK, GPU_CHUNK = 64, 512
"""Prompt tokens a step. On a CPU more are no faster, and a cancelled request waits for its step."""

BF16 = 30
"""ggml's number of the type, which the binding does not name."""

EXACT_TYPES = frozenset({"2", "7"})
"""Weights for which the processor's kernels give the same logits whatever the size of a step: Q4_0, Q8_0."""

SMALL_MODEL = 64 * 2**20
"""Bytes of weights below which threads wait for one another longer than they compute."""

MAX_THREADS = 16


class Context:
    """A model's memory of one sequence. Everything but its making belongs to one thread.

    Args:
        model: The model.
        size: Tokens that it holds; None for what the model was trained with, up to a default bound.
        threads: Threads that compute; None for the processors this process may use, or one for a small model.
        stats: Counters to keep.

    Raises:
        ModelFileError: There is no memory for the context, or the model has none.
    """

    def __init__(self, model: Model, *, size: int | None, threads: int | None, stats: EngineStats) -> None:
        self._api = library()
        self.model = model
        self.vocabulary = model.vocabulary
        self.stats = stats
        self._chunk = GPU_CHUNK if model.offloaded else CPU_CHUNK
        # Where steps of other sizes change the logits, memory is reused by whole steps only: the text that a seed gives
        # must not depend on what was asked before.
        self._exact = not model.offloaded and model.metadata.get("general.file_type") in EXACT_TYPES
        self._prefilled = 0
        self.pointer = self._open(size or min(model.trained_context or DEFAULT_CONTEXT, DEFAULT_CONTEXT), threads)
        self.size = int(self._api.llama_n_ctx(self.pointer))
        self._memory = self._api.llama_get_memory(self.pointer)
        self._batch = self._api.llama_batch_init(self._chunk, 0, 1)
        self._views = _BatchViews(self._batch, self._chunk)
        self.tokens: list[int] = []

    def _open(self, size: int, threads: int | None) -> Any:
        for exact in [True, False] if self._exact else [False]:
            with errors_logged() as lines:
                pointer = self._api.llama_init_from_model(self.model.pointer, self._params(size, threads, exact=exact))
            if pointer:
                self._exact = exact
                return pointer
        raise ModelFileError(
            f"no context of {size} tokens could be opened: {said(lines)}", mend="Ask for a smaller context."
        )

    def _params(self, size: int, threads: int | None, *, exact: bool) -> Any:
        params = self._api.llama_context_default_params()
        params.n_ctx = size
        params.n_batch = params.n_ubatch = self._chunk
        params.n_threads = params.n_threads_batch = threads or self._default_threads()
        if exact:
            # With these, and weights of the exact types, logits do not change by a bit with the size of a step.
            params.flash_attn_type = self._api.LLAMA_FLASH_ATTN_TYPE_ENABLED
            params.type_k = params.type_v = BF16
        return params

    def _default_threads(self) -> int:
        if self._api.llama_model_size(self.model.pointer) < SMALL_MODEL:
            return 1
        usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        return max(1, min(len(usable), MAX_THREADS))

    def hold(self, ids: Sequence[int], *, proceed: Callable[[], bool]) -> bool:
        """Make the memory hold exactly these tokens, and the last one's logits ready.

        Args:
            ids: The tokens, at least one and at most `size`.
            proceed: Asked before each step; a false answer ends the work.

        Returns:
            Whether the work was finished.
        """
        kept = self._keep(ids)
        self.stats.prompt_tokens += len(ids)
        self.stats.prompt_tokens_reused += kept
        for begin in range(kept, len(ids), self._chunk):
            if not proceed():
                return False
            self.decode(ids[begin : begin + self._chunk])
        return True

    def _keep(self, ids: Sequence[int]) -> int:
        """Drop what the memory holds beyond the common prefix, and return that prefix's length."""
        # The last token is always computed again, for its logits.
        limit = min(len(self.tokens), len(ids) - 1)
        common = next((at for at in range(limit) if self.tokens[at] != ids[at]), limit)
        kept = common if self._exact else min(common, self._prefilled) // self._chunk * self._chunk
        if kept < len(self.tokens) and not self._api.llama_memory_seq_rm(self._memory, 0, kept, -1):
            # A recurrent model cannot forget a tail.
            self.clear()
            kept = 0
        del self.tokens[kept:]
        self._prefilled = len(ids)
        return kept

    def decode(self, ids: Sequence[int]) -> None:
        """Append tokens, at most a step's worth, and compute the last one's logits.

        Raises:
            GenerationError: llama.cpp failed.
        """
        self._views.fill(ids, len(self.tokens))
        self._batch.n_tokens = len(ids)
        self.stats.decode_calls += 1
        code = self._api.llama_decode(self.pointer, self._batch)
        if code:
            self.clear()
            raise GenerationError(f"llama.cpp could not go on (llama_decode gave {code})")
        self.tokens += ids

    def logits(self) -> NDArray[np.float32]:
        """Return the logits after the last token: llama.cpp's own memory, good until the next step.

        Control tokens that do not end a generation are set to minus infinity.
        """
        row = self._api.llama_get_logits_ith(self.pointer, -1)
        address = ctypes.addressof(row.contents)
        if self._row is None or self._row.ctypes.data != address:
            self._row = np.ctypeslib.as_array(row, (self.vocabulary.size,))
        self._row[self.vocabulary.barred] = -np.inf
        return self._row

    _row: NDArray[np.float32] | None = None

    def clear(self) -> None:
        """Forget every token."""
        self._api.llama_memory_clear(self._memory, True)  # noqa: FBT003
        self._prefilled = 0
        self.tokens.clear()

    def close(self) -> None:
        """Free the context and its model."""
        pointer, self.pointer = self.pointer, None
        if pointer:
            self._row = None
            self._api.llama_batch_free(self._batch)
            self._api.llama_free(pointer)
        self.model.close()


class _BatchViews:
    """numpy views of a llama_batch of one sequence."""

    def __init__(self, batch: Any, room: int) -> None:
        self._token = np.ctypeslib.as_array(batch.token, (room,))
        self._pos = np.ctypeslib.as_array(batch.pos, (room,))
        self._logits = np.ctypeslib.as_array(batch.logits, (room,))
        np.ctypeslib.as_array(batch.n_seq_id, (room,))[:] = 1
        for at in range(room):
            batch.seq_id[at][0] = 0

    def fill(self, ids: Sequence[int], begin: int) -> None:
        count = len(ids)
        self._token[:count] = ids
        self._pos[:count] = range(begin, begin + count)
        self._logits[:count] = 0
        self._logits[count - 1] = 1
