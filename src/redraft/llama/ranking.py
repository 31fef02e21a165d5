"""Ranking: the numbers that a model's head gives for a query and each of some documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.errors import PromptTooLongError
from redraft.llama.machine import fit
from redraft.llama.machine.outline import outline
from redraft.llama.native.ranking import RankingContext, scores_whole
from redraft.llama.pairs import Pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from redraft.catalog.rank_head import RankHead
    from redraft.llama.native.model import Model

__all__ = ["Ranker"]

WINDOW, LONGEST = 512, 8192
"""Tokens of a pair that a context is opened for, and of the longest pair; it grows between them as pairs do."""

ROWS, PART = 128, 64
"""Tokens that the pairs of one step have together at most, and how many a step has of a pair that is taken in parts.

Larger steps take longer for each pair: attention is computed between all tokens of a step, those of other pairs too."""

SEQUENCES = 32
"""Most pairs a step."""

Outputs = tuple[tuple[float, ...], ...]
"""The numbers of each document."""


class Ranker:
    """Ranks documents, several a step, with a context of its own that is opened when first needed.

    Args:
        model: The model.
        head: Its head.
        threads: Threads that compute; None for what the machine has, or one for a small model.

    Raises:
        ModelFileError: The model's vocabulary cannot tell a query from a document.
    """

    def __init__(self, model: Model, head: RankHead, *, threads: int | None = None) -> None:
        self._model = model
        self._head = head
        self._threads = threads
        self._pairs = Pairs(model, head)
        self._context: RankingContext | None = None
        self._longest = min(head.context, LONGEST)

    def tokens(self, query: str, documents: Sequence[str]) -> list[list[int]]:
        """Return the tokens that are read for each document, the query's among them."""
        return [self._pairs.tokens(query, document) for document in documents]

    def work(self, query: str, documents: Sequence[str]) -> Iterator[Outputs | None]:
        """Yield None after each step, and the numbers of all documents last. One work at a time may be under way.

        Raises:
            PromptTooLongError: The model cannot read a document with the query.
            ModelFileError: There is no memory for them.
            GenerationError: The model gives no scores.
        """
        pairs = self.tokens(query, documents)
        found: list[tuple[float, ...]] = []
        if pairs:
            context = self._fitting(pairs)
            for group in _groups(pairs, most=1 if self._head.in_parts else ROWS):
                for _ in _computed(context, group):
                    yield None
                found += [tuple(map(float, context.outputs(slot))) for slot in range(len(group))]
        yield tuple(found)

    def scores(self, query: str, documents: Sequence[str], proceed: Callable[[], bool]) -> Iterator[Outputs]:
        """Yield the numbers of all documents, once; nothing where `proceed` says no before a step."""
        found = self.work(query, documents)
        while proceed():
            outputs = next(found)
            if outputs is not None:
                yield outputs
                return

    def _fitting(self, pairs: Sequence[Sequence[int]]) -> RankingContext:
        """Return a context that the longest pair fits into."""
        longest = max(map(len, pairs))
        if longest > self._longest:
            what = (
                f"query and document have {longest:,} tokens together, and '{self._model.name}' reads {self._longest:,}"
            )
            raise PromptTooLongError(what, mend="Score a shorter text, or name a model that reads longer ones.")
        if self._context is None or self._context.window < longest:
            window = min(self._longest, max(WINDOW, 1 << (longest - 1).bit_length()))
            self._require_memory(window)
            self.close()
            self._context = RankingContext(
                self._model,
                self._head,
                window=window,
                rows=PART if self._head.in_parts else ROWS,
                sequences=SEQUENCES,
                threads=self._threads,
            )
        return self._context

    def _require_memory(self, window: int) -> None:
        """Make sure that there is memory for a context: the kernel would end the process that has none."""
        plan = outline(self._model.path)
        if self._head.in_parts:
            taken = fit.compute_bytes(plan, cells=window, rows=PART, outputs=PART, sequences=SEQUENCES)
            per_token = fit.kv_bytes_per_token(plan, "f32")
        else:
            # What a layer computes in, and for each two tokens a mask and maybe a score of each head, with its copy.
            taken = window * (2 * plan.inner + 8 * plan.width) * 4
            per_token = window * (8 + (8 * self._head.heads if scores_whole(self._head) else 0))
        fit.require_memory(window, per_token=per_token, taken=taken, free=fit.free_memory(), where=self._model.path)

    def close(self) -> None:
        """Free the context."""
        context, self._context = self._context, None
        if context:
            context.close()


def _groups(pairs: Sequence[list[int]], *, most: int) -> Iterator[list[list[int]]]:
    """Yield what is computed together: pairs in their order, as many as have at most so many tokens, or one."""
    group: list[list[int]] = []
    tokens = 0
    for ids in pairs:
        if group and (tokens + len(ids) > most or len(group) == SEQUENCES):
            yield group
            group, tokens = [], 0
        group.append(ids)
        tokens += len(ids)
    yield group


def _computed(context: RankingContext, group: Sequence[list[int]]) -> Iterator[None]:
    """Compute some pairs from the beginning, and yield after each step; pair by pair they have the slots from 0 on."""
    context.clear()
    longest = max(map(len, group))
    # Of a fixed number of rows, so that a score does not depend on how fast the machine is just then.
    rows = min(PART, context.rows) if context.in_parts else longest
    for begin in range(0, longest, rows):
        context.batch.clear()
        for slot, ids in enumerate(group):
            part = ids[begin : begin + rows]
            context.batch.add(slot, part, begin, outputs=len(part))
        context.decode()
        yield
