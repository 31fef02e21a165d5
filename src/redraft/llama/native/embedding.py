"""An embedding context: it gives the vectors of texts in place of the next token's logits."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np

from redraft.errors import GenerationError
from redraft.llama.machine.threads import most_threads
from redraft.llama.native.batch import Batch
from redraft.llama.native.library import errors_logged, library

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redraft.llama.native.model import Model

__all__ = ["EmbeddingContext"]

LOGITS = 2**24
"""Most logits a step: llama.cpp computes them for every row although nobody reads them."""

SMALL_MODEL = 64 * 2**20
"""Bytes of weights below which threads wait for one another longer than they compute."""

EXACT_TYPES, BF16, F32 = frozenset({"2", "7"}), 30, 0
"""Files (Q4_0, Q8_0) whose vectors are the same however they are batched, and the type of memory that it takes, with
flash attention. With the other type and without it the vectors of other files differ least, by 0.0000001."""


class EmbeddingContext:
    """A context for several texts a step. Everything but its making belongs to one thread.

    Args:
        model: The model.
        window: Longest text in tokens.
        rows: Most tokens a step, where the model can take a text in parts; else at least a window.
        sequences: Most texts a step.
        threads: Threads that compute; None for what the machine has, or one for a small model.

    Raises:
        GenerationError: The model gives no embeddings, or there is no memory for the context.
    """

    _gives = "embedding"

    def __init__(self, model: Model, *, window: int, rows: int, sequences: int, threads: int | None) -> None:
        self._api = library()
        self._model = model
        self._threads = threads or self._default_threads()
        self._shape = (window, max(sequences, min(rows, LOGITS // model.vocabulary.size)), sequences)
        self.pointer = self._opened()
        self._memory = self._api.llama_get_memory(self.pointer)
        self._cells = int(self._api.llama_n_ctx(self.pointer))
        self._held = self._begun = 0
        self.rows = int(self._api.llama_n_batch(self.pointer))
        self.batch = Batch(self._api, self.rows)
        self._size = int(self._api.llama_model_n_embd_out(model.pointer))

    def _opened(self) -> Any:
        """Return a context that pools as the model does, or does not pool where the model reads from left to right.

        There the vectors of all tokens are pooled in Python: a text can be cut anywhere, and its vector does not
        depend on the texts beside it.
        """
        pointer = self._init(self._api.LLAMA_POOLING_TYPE_UNSPECIFIED, parts=True)
        own = int(self._api.llama_pooling_type(pointer))
        self.in_parts = bool(self._api.llama_get_memory(pointer)) and self._causal()
        self.pooling = own or int(self._api.LLAMA_POOLING_TYPE_MEAN)
        self._api.llama_free(pointer)
        if self.pooling == self._api.LLAMA_POOLING_TYPE_RANK:
            raise GenerationError("the model is a reranker and gives no embeddings")
        return self._init(self._api.LLAMA_POOLING_TYPE_NONE if self.in_parts else self.pooling, parts=self.in_parts)

    def _causal(self) -> bool:
        metadata = self._model.metadata
        return metadata.get(f"{metadata.get('general.architecture')}.attention.causal") != "false"

    def _init(self, pooling: int, *, parts: bool) -> Any:
        exact = parts and not self._model.offloaded and self._model.metadata.get("general.file_type") in EXACT_TYPES
        for attempt in [True, False] if exact else [False]:
            with errors_logged() as lines:
                params = self._params(pooling, parts=parts, exact=attempt)
                pointer = self._api.llama_init_from_model(self._model.pointer, params)
            if pointer:
                return pointer
        raise GenerationError(f"the model gives no {self._gives}s: {(lines or ['no context'])[0]}")

    def _params(self, pooling: int, *, parts: bool, exact: bool) -> Any:
        window, rows, sequences = self._shape
        params = self._api.llama_context_default_params()
        params.embeddings = True
        params.pooling_type = pooling
        params.n_batch = params.n_ubatch = rows if parts else max(rows, window)
        params.n_ctx = window + 2 * params.n_batch
        params.n_seq_max = sequences
        params.kv_unified = params.swa_full = True
        params.n_threads = params.n_threads_batch = self._threads
        if not self._model.offloaded:
            params.type_k = params.type_v = BF16 if exact else F32
            params.flash_attn_type = int(exact)
        return params

    def _default_threads(self) -> int:
        return 1 if self._api.llama_model_size(self._model.pointer) < SMALL_MODEL else most_threads()

    def decode(self) -> None:
        """Compute the rows of `batch`.

        Raises:
            GenerationError: llama.cpp failed.
        """
        code = self._api.llama_decode(self.pointer, self.batch.native)
        if code:
            raise GenerationError(f"the model gave no {self._gives} (llama_decode gave {code})")
        self._api.llama_synchronize(self.pointer)

    def vectors(self) -> NDArray[np.float32]:
        """Return the vectors of the last step's rows, where the model takes texts in parts."""
        return self._array(self._api.llama_get_embeddings(self.pointer), self.batch.rows)

    def pooled(self, slot: int) -> NDArray[np.float32]:
        """Return the one vector of one of the last step's texts, where the model takes them whole."""
        return self._array(self._api.llama_get_embeddings_seq(self.pointer, slot), 1)

    def _array(self, pointer: Any, rows: int) -> NDArray[np.float32]:
        if not pointer:
            raise GenerationError(f"the model gave no {self._gives}")
        flat: Any = (ctypes.c_float * (rows * self._size)).from_address(ctypes.addressof(pointer.contents))
        # A copy: the memory is llama.cpp's own, good until the next step.
        return np.array(flat, np.float32).reshape(rows, self._size)

    def begin(self, tokens: int) -> int | None:
        """Return the sequence for a text of so many tokens, or None where there is no room for all of them.

        No text is taken out alone: cells that were freed among others are filled out of order, and a sum in another
        order is another number.
        """
        if self._begun == self._shape[2] or self._held + tokens > self._cells:
            return None
        self._held += tokens
        self._begun += 1
        return self._begun - 1

    def clear(self) -> None:
        """Take all texts out of the memory."""
        self._held = self._begun = 0
        if self._memory:
            self._api.llama_memory_clear(self._memory, False)  # noqa: FBT003

    def close(self) -> None:
        """Free the context."""
        pointer, self.pointer = self.pointer, None
        if pointer:
            self.batch.close()
            self._api.llama_free(pointer)
