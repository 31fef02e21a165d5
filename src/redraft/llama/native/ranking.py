"""A ranking context: it gives the numbers of a model's ranking head in place of the next token's logits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.llama.native.embedding import EmbeddingContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from redraft.catalog.rank_head import RankHead
    from redraft.llama.native.model import Model

__all__ = ["RankingContext", "scores_whole"]

MOST_SCORES = 512 * 2**20
"""Bytes that attention without flash may take of a step."""


def scores_whole(head: RankHead) -> bool:
    """Return whether attention is computed without flash: more precisely, in memory that grows with a text's square.

    It's by the longest text that the model reads, so that no score depends on the texts before it.
    """
    return head.heads * head.context**2 * 4 <= MOST_SCORES


class RankingContext(EmbeddingContext):
    """A context for several pairs a step. Everything but its making belongs to one thread.

    Args:
        model: The model.
        head: Its head.
        window: Longest pair in tokens.
        rows: Most tokens a step; at least a window where the model cannot take a pair in parts.
        sequences: Most pairs a step.
        threads: Threads that compute; None for what the machine has, or one for a small model.

    Raises:
        GenerationError: There is no memory for the context.
    """

    _gives = "score"

    def __init__(  # noqa: PLR0913 - a context's shape
        self, model: Model, head: RankHead, *, window: int, rows: int, sequences: int, threads: int | None
    ) -> None:
        self._head = head
        self.window = window
        super().__init__(model, window=window, rows=rows, sequences=sequences, threads=threads)
        self._size = head.outputs

    def _opened(self) -> Any:
        self.in_parts = self._head.in_parts
        self.pooling = int(self._api.LLAMA_POOLING_TYPE_RANK)
        return self._init(self.pooling, parts=self.in_parts)

    def _params(self, pooling: int, *, parts: bool, exact: bool) -> Any:
        params = super()._params(pooling, parts=parts, exact=exact)
        if not parts and not scores_whole(self._head):
            params.flash_attn_type = 1
        return params

    def outputs(self, slot: int) -> NDArray[np.float32]:
        """Return the numbers of one of the last step's pairs; those of a pair taken in parts are good at its end."""
        return self.pooled(slot).reshape(-1)
