"""A scorer: a model of its own that scores documents for a query, as rerankers and reward models do."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from redraft.catalog.header import inspect
from redraft.catalog.rank_head import rank_head
from redraft.llama.calibration import Calibration
from redraft.llama.native.model import Model
from redraft.llama.ranking import Ranker
from redraft.llama.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redraft.catalog.rank_head import RankHead

__all__ = ["Scorer", "TextScorer", "open_scorer"]

_AS_IT_IS = Calibration()


@runtime_checkable
class Scorer(Protocol):
    """Scores documents for a query."""

    name: str
    head: RankHead

    async def score(self, query: str, documents: Sequence[str], calibration: Calibration = ...) -> tuple[float, ...]:
        """Return a value from 0 to 1 for each document.

        Raises:
            PromptTooLongError: The model cannot read a document with the query.
            GenerationError: The model gives no scores, or was closed.
        """
        ...

    def count(self, query: str, documents: Sequence[str]) -> int:
        """Return how many tokens are read to score documents."""
        ...

    async def close(self) -> None:
        """Free the model. Requests under way end with GenerationError."""
        ...


class TextScorer:
    """Scores documents on a thread that owns the model. Who asks is served in order.

    Args:
        model: The model; the scorer frees it.
        head: Its head.
        threads: Threads that compute; None for what the machine has, or one for a small model.

    Raises:
        ModelFileError: The model's vocabulary cannot tell a query from a document.
    """

    def __init__(self, model: Model, head: RankHead, *, threads: int | None = None) -> None:
        self.name = model.name
        self.head = head
        self._ranker = ranker = Ranker(model, head, threads=threads)

        def release() -> None:
            ranker.close()
            model.close()

        self._worker = Worker(model.name, release)
        # Also runs at exit, before the interpreter takes the library's callbacks away.
        self._finalizer = weakref.finalize(self, self._worker.close)

    async def score(
        self, query: str, documents: Sequence[str], calibration: Calibration = _AS_IT_IS
    ) -> tuple[float, ...]:
        """Return a value from 0 to 1 for each document.

        Cancelled, it ends within a step.

        Args:
            query: What the documents answer.
            documents: The texts to score.
            calibration: What the model's numbers are worth.

        Raises:
            PromptTooLongError: The model cannot read a document with the query.
            ModelFileError: There is no memory for them.
            GenerationError: The model gives no scores, or was closed.
        """
        ranker, asked = self._ranker, tuple(documents)
        async with contextlib.aclosing(
            self._worker.stream(lambda proceed: ranker.scores(query, asked, proceed))
        ) as found:
            outputs = await anext(found)
        return tuple(calibration.value_of(numbers, self.head) for numbers in outputs)

    def count(self, query: str, documents: Sequence[str]) -> int:
        """Return how many tokens are read to score documents."""
        return sum(map(len, self._ranker.tokens(query, documents)))

    async def close(self) -> None:
        """Free the model. Requests under way end with GenerationError."""
        if self._finalizer.detach():
            await asyncio.to_thread(self._worker.close)


def open_scorer(path: Path, *, threads: int | None = None) -> TextScorer:
    """Load a GGUF model that scores texts: a reranker, or a reward model.

    Args:
        path: The model's file.
        threads: Threads that compute; None for what the machine has, or one for a small model.

    Raises:
        ModelFileError: The file is no model that llama.cpp could load and score with.
    """
    head = rank_head(inspect(path))
    model = Model(path)
    try:
        return TextScorer(model, head, threads=threads)
    except BaseException:
        model.close()
        raise
