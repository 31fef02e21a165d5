"""Embeddings: one vector of unit length for a text, pooled from a model's last hidden states."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from redraft.errors import GenerationError, UsageError
from redraft.llama.native.embedding import EmbeddingContext
from redraft.llama.native.library import library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from redraft.llama.native.model import Model

__all__ = ["Embedder"]

WINDOW = 512
"""Tokens pooled at a time; a longer text is the weighted mean of its windows."""

SEQUENCES = 32
"""Most windows a step."""

ROWS, FIRST_ROWS, LEAST_ROWS = 256, 8, 4
"""Most tokens a step, those of a model's first, and how few a slow machine comes down to."""

STEP = 0.15
"""Seconds that a step aims at; others wait for it, 0.25 at most."""

_CLS, _LAST = 2, 3
"""llama.cpp's numbers of poolings that take one token's vector: the first's, the last's. Else it's the mean."""


@dataclass(slots=True, eq=False)
class _Window:
    """A part of a text, and the vectors of its tokens as far as they are computed."""

    text: int
    ids: list[int]
    slot: int = -1
    done: int = 0
    vectors: list[NDArray[np.float32]] = field(default_factory=list)


class Embedder:
    """Embeds texts, many a step, with a context of its own that is opened when first needed.

    Args:
        model: The model.
        threads: Threads that compute; None for what the machine has, or one for a small model.
        rows: Most tokens a step; fewer where they take too long.
    """

    def __init__(self, model: Model, *, threads: int | None = None, rows: int = ROWS) -> None:
        self._model = model
        self._threads = threads
        self._most = rows
        self._rows = min(rows, FIRST_ROWS)
        self._context: EmbeddingContext | None = None
        self._window = min(WINDOW, model.trained_context or WINDOW)

    def work(self, texts: Sequence[str]) -> Iterator[tuple[tuple[float, ...], ...] | None]:
        """Yield None after each step, and the vectors of all texts last. One work at a time may be under way.

        Raises:
            UsageError: A text is empty.
            GenerationError: The model gives no embeddings.
        """
        context = self._context = self._context or self._open()
        totals: list[NDArray[np.float64] | None] = [None] * len(texts)
        waiting = deque[_Window]()
        coming = self._windows(texts)
        while self._fetch(waiting, coming):
            for window in self._step(context, waiting):
                part = _pooled(window, context.pooling) * len(window.ids)
                before = totals[window.text]
                totals[window.text] = part if before is None else before + part
            yield None
        yield tuple(_unit(total) for total in totals)

    def embeddings(
        self, texts: tuple[str, ...], proceed: Callable[[], bool]
    ) -> Iterator[tuple[tuple[float, ...], ...]]:
        """Yield the vectors of all texts, once; nothing where `proceed` says no before a step."""
        found = self.work(texts)
        while proceed():
            vectors = next(found)
            if vectors is not None:
                yield vectors
                return

    def _open(self) -> EmbeddingContext:
        return EmbeddingContext(
            self._model, window=self._window, rows=self._most, sequences=SEQUENCES, threads=self._threads
        )

    def _windows(self, texts: Sequence[str]) -> Iterator[_Window]:
        """Yield the windows of all texts, each between the tokens that the model wants around a text."""
        before, after = _around(self._model)
        room = max(1, self._window - len(before) - len(after))
        for at, text in enumerate(texts):
            ids = self._model.vocabulary.tokens_of(text, start=True)
            if not ids:
                raise UsageError("an empty text has no embedding")
            for begin in range(0, len(ids), room):
                yield _Window(at, [*before, *ids[begin : begin + room], *after])

    def _fetch(self, waiting: deque[_Window], coming: Iterator[_Window]) -> bool:
        """Make enough windows wait for a step; return whether there are any."""
        rows = sum(len(window.ids) - window.done for window in waiting)
        while rows < self._rows and len(waiting) < SEQUENCES:
            window = next(coming, None)
            if window is None:
                break
            waiting.append(window)
            rows += len(window.ids)
        return bool(waiting)

    def _step(self, context: EmbeddingContext, waiting: deque[_Window]) -> list[_Window]:
        """Compute the next rows of the windows that wait; return those that were finished."""
        begin = time.perf_counter()
        taken = self._fill(context, waiting)
        context.decode()
        _collect(context, taken)
        self._adapt(context, time.perf_counter() - begin)
        finished = [window for window, _ in taken if window.done == len(window.ids)]
        for _ in finished:
            waiting.popleft()
        return finished

    def _fill(self, context: EmbeddingContext, waiting: deque[_Window]) -> list[tuple[_Window, int]]:
        """Write a step's rows; return the windows they are of, and how many of each."""
        context.batch.clear()
        if not waiting[0].done:
            context.clear()
        taken: list[tuple[_Window, int]] = []
        room = min(self._rows, context.rows)
        for window in waiting:
            rows = left = len(window.ids) - window.done
            if context.in_parts:
                rows = min(left, room)
            elif left > room and taken:
                rows = 0
            if not rows or not (window.done or _begun(context, window)):
                break
            ids = window.ids[window.done : window.done + rows]
            context.batch.add(window.slot, ids, window.done, outputs=rows)
            taken.append((window, rows))
            room = max(0, room - rows)
        return taken

    def _adapt(self, context: EmbeddingContext, seconds: float) -> None:
        fitting = int(STEP * context.batch.rows / max(seconds, 1e-6))
        # Doubled at most: one quick step among slow ones must not make the next too long.
        self._rows = max(LEAST_ROWS, min(fitting, 2 * self._rows, self._most))

    def close(self) -> None:
        """Free the context."""
        context, self._context = self._context, None
        if context:
            context.close()


def _begun(context: EmbeddingContext, window: _Window) -> bool:
    """Give a window its place in the memory; return whether there was any."""
    slot = context.begin(len(window.ids))
    window.slot = -1 if slot is None else slot
    return slot is not None


def _collect(context: EmbeddingContext, taken: list[tuple[_Window, int]]) -> None:
    vectors = context.vectors() if context.in_parts else None
    at = 0
    for window, rows in taken:
        window.vectors.append(context.pooled(window.slot) if vectors is None else vectors[at : at + rows])
        window.done += rows
        at += rows


def _pooled(window: _Window, pooling: int) -> NDArray[np.float64]:
    """Return the vector of a window: of one row already where llama.cpp pooled."""
    # Summed in one go: sums of parts would differ by where a window was cut.
    vectors = np.concatenate(window.vectors).astype(np.float64)
    if pooling == _CLS:
        vectors = vectors[:1]
    elif pooling == _LAST:
        vectors = vectors[-1:]
    return np.asarray(vectors.mean(axis=0))


def _unit(total: NDArray[np.float64] | None) -> tuple[float, ...]:
    length = 0.0 if total is None else float(np.linalg.norm(total))
    if total is None or not length or not np.isfinite(length):
        raise GenerationError("the model gave no embedding")
    return tuple((total / length).tolist())


def _around(model: Model) -> tuple[list[int], list[int]]:
    """Return the tokens that the model wants before and after a text."""
    api, vocabulary = library(), model.vocabulary
    buffer = (api.llama_token * 8)()
    number = api.llama_tokenize(vocabulary.pointer, b"", 0, buffer, 8, True, False)  # noqa: FBT003
    ids = list(buffer[: max(0, number)])
    begins = ids[:1] == [vocabulary.bos] and (len(ids) > 1 or api.llama_vocab_get_add_bos(vocabulary.pointer))
    front = 1 if begins else 0
    return ids[:front], ids[front:]
