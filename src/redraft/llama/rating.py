"""A rating: how likely each of some choices is as the next text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redraft.errors import UsageError
from redraft.llama.sampling.sampler import logprob
from redraft.llama.schedule.sequence import Fed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from redraft.llama.vocabulary import Vocabulary

__all__ = ["Continuation", "probabilities", "variants_of"]


class Continuation:
    """Continuations of a prompt that differ in their last token: one step gives the log-probability of each.

    Args:
        prompt: The prompt's tokens.
        begun: The tokens that all of them begin with.
        last: The tokens that they end with.
        adapter: The adapter, by name.
    """

    deadline: float | None = None
    chance = 0.0
    left = 0

    def __init__(self, prompt: Sequence[int], begun: Sequence[int], last: Sequence[int], adapter: str = "") -> None:
        self.prompt = (*prompt, *begun)
        self.scored = len(begun) + 1
        self.adapter = adapter
        self.done = False
        self._begun = tuple(begun)
        self._last = tuple(last)
        self._weights = [0.0] * len(self._begun)
        self._items: list[dict[int, float]] = []

    def propose(self, count: int) -> Sequence[int]:
        """Return nothing: nothing is written."""
        del count
        return ()

    def feed(
        self, logits: NDArray[np.float32], proposed: Sequence[int], peaks: NDArray[np.float32] | None = None
    ) -> Fed:
        """Take the logits after the prompt, and after each token that the continuations begin with."""
        del proposed, peaks
        self.score(logits, 0)
        sofar = sum(self._weights)
        self._items.append({token: sofar + logprob(logits[-1], token) for token in self._last})
        self.done = True
        return Fed()

    def score(self, logits: NDArray[np.float32], left: int) -> None:
        """Take the logits after some tokens that the continuations begin with; so many more follow."""
        begin = self.scored - left - len(logits)
        for at, (row, token) in enumerate(zip(logits, self._begun[begin:], strict=False), begin):
            self._weights[at] = logprob(row, token)

    def expire(self) -> None:
        """Do nothing: there is no deadline."""

    def items(self) -> list[dict[int, float]]:
        """Return the log-probabilities of the continuations, by their last token."""
        items, self._items = self._items, []
        return items


def variants_of(choices: Sequence[str], vocabulary: Vocabulary) -> list[list[tuple[int, ...]]]:
    """Return the token sequences of each choice: without and with the space that begins SentencePiece's words.

    Raises:
        UsageError: There are no choices, or one is empty.
    """
    if not choices or not all(choices):
        raise UsageError("a rating needs choices, none of them empty")
    spaced = ["", " "] if vocabulary.prefixes_space else [""]
    found = [[tuple(vocabulary.tokens_of(blank + choice)) for blank in spaced] for choice in choices]
    sequences = [ids for choice in found for ids in choice]
    if any(_begins(a, b) for a in sequences for b in sequences):
        # "1" is not likelier than "10" for being its beginning.
        found = [[(*ids, vocabulary.eos) for ids in choice] for choice in found]
    return found


def probabilities(
    choices: Sequence[Sequence[tuple[int, ...]]], scores: Mapping[tuple[int, ...], float]
) -> tuple[float, ...]:
    """Return the probability of each choice, normalised, from the log-probabilities of its token sequences."""
    sums = np.array([np.logaddexp.reduce([scores[ids] for ids in choice]) for choice in choices])
    weights = np.exp(sums - sums.max())
    return tuple((weights / weights.sum()).tolist())


def _begins(shorter: tuple[int, ...], longer: tuple[int, ...]) -> bool:
    return len(shorter) < len(longer) and longer[: len(shorter)] == shorter
