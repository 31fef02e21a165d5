"""A text embedder: a model of its own that embeds texts, for similarity checks and retrieval."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from redraft.catalog.header import inspect
from redraft.catalog.kinds import require_embedder
from redraft.llama.embedding import Embedder
from redraft.llama.native.model import Model
from redraft.llama.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Embeds", "TextEmbedder", "open_embedder"]


@runtime_checkable
class Embeds(Protocol):
    """Embeds texts: an engine does with the model that it generates with, a text embedder with another."""

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one vector of unit length for each text.

        Raises:
            UsageError: A text is empty.
            GenerationError: The model gives no embeddings, or was closed.
        """
        ...


class TextEmbedder:
    """Embeds texts on a thread that owns the model. Who asks is served in order.

    Args:
        model: The model; the embedder frees it.
        threads: Threads that compute; None for what the machine has, or one for a small model.
    """

    def __init__(self, model: Model, *, threads: int | None = None) -> None:
        self.name = model.name
        self._embedder = embedder = Embedder(model, threads=threads)

        def release() -> None:
            embedder.close()
            model.close()

        self._worker = Worker(model.name, release)
        # Also runs at exit, before the interpreter takes the library's callbacks away.
        self._finalizer = weakref.finalize(self, self._worker.close)

    async def embed(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one vector of unit length for each text, by the model's own pooling or the mean over its tokens.

        Cancelled, it ends within a step.

        Raises:
            UsageError: A text is empty.
            GenerationError: The model gives no embeddings, or was closed.
        """
        embedder, asked = self._embedder, tuple(texts)
        async with contextlib.aclosing(
            self._worker.stream(lambda proceed: embedder.embeddings(asked, proceed))
        ) as found:
            return await anext(found)

    async def close(self) -> None:
        """Free the model. Requests under way end with GenerationError."""
        if self._finalizer.detach():
            await asyncio.to_thread(self._worker.close)


def open_embedder(path: Path, *, threads: int | None = None) -> TextEmbedder:
    """Load a GGUF model that texts are embedded with: one made for it, or any that generates.

    Args:
        path: The model's file.
        threads: Threads that compute; None for what the machine has, or one for a small model.

    Raises:
        ModelFileError: The file is no model that llama.cpp could load and embed with.
    """
    require_embedder(inspect(path))
    return TextEmbedder(Model(path), threads=threads)
