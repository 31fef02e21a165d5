"""The evaluator `order`: whether words or points appear in the order in which they are given."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from redraft import Score, evaluator
from redraft_text.given import given_list
from redraft_text.occurrence import Searched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redraft import Draft, Task

__all__ = ["OrderParams", "order"]


class OrderParams(BaseModel):
    """What `order` looks for.

    Attributes:
        words: The words or phrases in their order; empty: those of the task's input `words`.
        missing: Whether a word that the draft does not use counts against it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: tuple[str, ...] = ()
    missing: bool = True


@evaluator("order", kind="verifier", params=OrderParams)
def order(draft: Draft, task: Task, params: OrderParams) -> Score:
    """Share of the given words that appear in the given order, in any inflected form."""
    wanted = given_list(task, "words", params.words)
    searched = Searched(draft.text)
    starts = [searched.starts(word) for word in wanted]
    chain = _longest(starts)
    reasons = [_reason(wanted, chain, word, found) for word, found in enumerate(starts) if found and word not in chain]
    if params.missing:
        reasons += [f'"{word}" is missing' for word, found in zip(wanted, starts, strict=True) if not found]
    counted = len(wanted) if params.missing else sum(map(bool, starts))
    return Score(len(chain) / counted if counted else 0.0, reasons or _nothing(counted))


def _longest(starts: Sequence[Sequence[int]]) -> dict[int, int]:
    """Return the most words that can be found one after another, each with the place where it is."""
    # ends[n] is where the best chain of n + 1 words ends, and chains[n] the words in it: patience sorting. A word's own
    # places come last first, so that it cannot follow itself.
    ends: list[int] = []
    chains: list[tuple[tuple[int, int], ...]] = []
    for word, found in enumerate(starts):
        for start in sorted(found, reverse=True):
            length = bisect_left(ends, start)
            chain = (*(chains[length - 1] if length else ()), (word, start))
            ends[length : length + 1] = [start]
            chains[length : length + 1] = [chain]
    return dict(chains[-1]) if chains else {}


def _reason(wanted: Sequence[str], chain: Mapping[int, int], word: int, found: Sequence[int]) -> str:
    """Say which neighbour in the order a word is on the wrong side of."""
    before = max((other for other in chain if other < word), default=None)
    if before is not None and max(found) <= chain[before]:
        return f'"{wanted[word]}" does not come after "{wanted[before]}"'
    return f'"{wanted[word]}" does not come before "{wanted[min(other for other in chain if other > word)]}"'


def _nothing(counted: int) -> list[str]:
    return [] if counted else ["none of the words appears"]
