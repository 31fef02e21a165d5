"""The exactness probe: whether logits are the same to the bit, whatever a step computes beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from redraft.llama.native.context import Context

__all__ = ["is_exact"]

PREFIX: Final = 544
"""Tokens before those that are compared: from 512 on a processor may split the attention of single rows."""

COMPARED: Final = 8


def is_exact(context: Context) -> bool:
    """Compute some tokens in several ways, and return whether all their logits are equal to the bit.

    One by one, in one step, beside another sequence, behind a prefix in other chunks, and behind a restored state.

    Args:
        context: A context that holds nothing; it holds nothing afterwards.
    """
    prefix = min(PREFIX, context.cells // 4 - COMPARED, context.cells - 256) if context.cells < 4 * PREFIX else PREFIX
    tokens = _tokens(context, max(prefix, 1) + COMPARED)
    try:
        return len({way.tobytes() for way in _ways(context, tokens[:-COMPARED], tokens[-COMPARED:])}) == 1
    finally:
        context.clear()


def _tokens(context: Context, count: int) -> list[int]:
    barred = {*context.vocabulary.barred.tolist(), *context.vocabulary.ends}
    allowed = [token for token in range(min(context.vocabulary.size, 4096)) if token not in barred]
    chosen: list[int] = np.random.default_rng(0).choice(allowed, count).tolist()
    return chosen


def _ways(context: Context, prefix: Sequence[int], last: Sequence[int]) -> Iterator[NDArray[np.float32]]:
    _read(context, 0, prefix, 64)
    state = context.save(0)
    yield np.concatenate([_logits(context, 0, [token], len(prefix) + at) for at, token in enumerate(last)])
    _read(context, 1, prefix, 37)
    yield _logits(context, 1, last, len(prefix))
    context.cut(1, len(prefix))
    yield _logits(context, 1, last, len(prefix), beside=prefix[:64])
    context.cut(0, 0)
    if context.restore(0, state):
        yield _logits(context, 0, last, len(prefix))


def _read(context: Context, slot: int, tokens: Sequence[int], chunk: int) -> None:
    size = min(chunk, context.batch.room)
    for begin in range(0, len(tokens), size):
        context.batch.clear()
        context.batch.add(slot, tokens[begin : begin + size], begin, outputs=0)
        context.decode()


def _logits(
    context: Context, slot: int, tokens: Sequence[int], begin: int, *, beside: Sequence[int] = ()
) -> NDArray[np.float32]:
    """Return the logits of some tokens, computed beside those of another sequence."""
    context.batch.clear()
    context.batch.add(slot, tokens, begin, outputs=len(tokens))
    if beside:
        context.batch.add(2, beside, 0, outputs=0)
    found = context.decode().copy()
    context.cut(2, 0)
    return found
