"""Peaks: the largest logit of each block of a row, found for all rows of a step at once.

What samples a row needs no other pass over the vocabulary then. A GPU makes a step of many rows in a few milliseconds,
and one thread that looks through their logits, row after row, takes longer.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BLOCK", "Peaks", "best", "not_below", "peaks"]

BLOCK = 64
"""Logits of a block. They stand far apart, so that blocks are compared a vector at a time."""

LEAST_ROWS = 4
"""Rows below which to hand some to other threads takes longer than to look through them."""

ROWS_EACH = 2
"""Rows that a thread looks through, at least."""


class Peaks:
    """Finds the peaks of a step's rows on several threads.

    Args:
        threads: How many, the caller's included.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._others = ThreadPoolExecutor(max(threads - 1, 1), "redraft peaks")

    def of(self, logits: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Return the peaks of each row; None for few or short ones, which are as fast without."""
        rows, size = logits.shape
        if rows < LEAST_ROWS or size < BLOCK * BLOCK:
            return None
        found = np.empty((rows, size // BLOCK), np.float32)
        count = max(1, min(self._threads, rows // ROWS_EACH))
        ends = [rows * part // count for part in range(count + 1)]
        spans = [slice(*pair) for pair in pairwise(ends)]
        handed = [self._others.submit(peaks, logits[span], found[span]) for span in spans[1:]]
        peaks(logits[spans[0]], found[spans[0]])
        for one in handed:
            one.result()
        return found

    def close(self) -> None:
        """End the threads."""
        self._others.shutdown()


def peaks(logits: NDArray[np.float32], out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Return the largest logit of each block; those beyond the last whole block are in none."""
    found: NDArray[np.float32] = _grid(logits).max(axis=-2, out=out)
    return found


def best(logits: NDArray[np.float32], peaks: NDArray[np.float32]) -> int:
    """Return the id of the largest logit, of equal ones the first."""
    ids = not_below(logits, peaks, peaks.max())
    return int(ids[logits[ids].argmax()]) if len(ids) else int(logits.argmax())


def not_below(logits: NDArray[np.float32], peaks: NDArray[np.float32], bound: np.float32) -> NDArray[np.intp]:
    """Return the ids of the logits that are not below a bound, in their order."""
    count = len(peaks)
    blocks = (peaks >= bound).nonzero()[0]
    rows, columns = (_grid(logits)[:, blocks] >= bound).nonzero()
    rest = (logits[count * BLOCK :] >= bound).nonzero()[0] + count * BLOCK
    ids: NDArray[np.intp] = np.concatenate([rows * count + blocks[columns], rest])
    return ids


def _grid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return logits as a table whose columns are the blocks."""
    count = logits.shape[-1] // BLOCK
    return logits[..., : count * BLOCK].reshape(*logits.shape[:-1], BLOCK, count)
