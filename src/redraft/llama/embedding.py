"""Embeddings: the mean of a model's last hidden states over a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from redraft.errors import GenerationError, UsageError
from redraft.llama.native.library import errors_logged, library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from redraft.llama.native.model import Model

__all__ = ["Embedder"]

WINDOW = 512
"""Tokens pooled at a time; a longer text is the weighted mean of its windows."""


class Embedder:
    """Embeds texts with a context of its own, opened when first needed.

    Args:
        model: The model.
    """

    def __init__(self, model: Model) -> None:
        self._api = library()
        self._model = model
        self._pointer: Any = None
        self._window = min(WINDOW, model.trained_context or WINDOW)

    def embeddings(
        self, texts: tuple[str, ...], proceed: Callable[[], bool]
    ) -> Iterator[tuple[tuple[float, ...], ...]]:
        """Yield the embeddings of all texts, once; nothing where `proceed` says no."""
        found = []
        for text in texts:
            if not proceed():
                return
            found.append(self._embedding(text))
        yield tuple(found)

    def _embedding(self, text: str) -> tuple[float, ...]:
        ids = self._model.vocabulary.tokens_of(text, start=True)
        if not ids:
            raise UsageError("an empty text has no embedding")
        windows = [ids[at : at + self._window] for at in range(0, len(ids), self._window)]
        total = np.sum([self._pooled(window) * len(window) for window in windows], axis=0)
        length = float(np.linalg.norm(total))
        if not length or not np.isfinite(length):
            raise GenerationError("the model gave no embedding")
        return tuple((total / length).tolist())

    def _pooled(self, ids: list[int]) -> NDArray[np.float64]:
        if self._pointer is None:
            self._pointer = self._open()
        tokens = (self._api.llama_token * len(ids))(*ids)
        batch = self._api.llama_batch_get_one(tokens, len(ids))
        self._api.llama_memory_clear(self._api.llama_get_memory(self._pointer), True)  # noqa: FBT003
        code = self._api.llama_decode(self._pointer, batch)
        row = None if code else self._api.llama_get_embeddings_seq(self._pointer, 0)
        if not row:
            raise GenerationError(f"the model gave no embedding (llama_decode gave {code})")
        size = self._api.llama_model_n_embd_out(self._model.pointer)
        return np.ctypeslib.as_array(row, (size,)).astype(np.float64)

    def _open(self) -> Any:
        params = self._api.llama_context_default_params()
        params.n_ctx = params.n_batch = params.n_ubatch = self._window
        params.embeddings = True
        params.pooling_type = self._api.LLAMA_POOLING_TYPE_MEAN
        with errors_logged() as lines:
            pointer = self._api.llama_init_from_model(self._model.pointer, params)
        if not pointer:
            raise GenerationError(f"the model gives no embeddings: {(lines or ['no context'])[0]}")
        return pointer

    def close(self) -> None:
        """Free the context."""
        pointer, self._pointer = self._pointer, None
        if pointer:
            self._api.llama_free(pointer)
