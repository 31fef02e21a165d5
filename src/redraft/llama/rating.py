"""A rating: how likely each of some choices is as the next text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redraft.errors import UsageError
from redraft.llama.generation import room_for
from redraft.llama.sampling.sampler import logprob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redraft.llama.interface import Piece
    from redraft.llama.native.context import Context

__all__ = ["Rating"]


@dataclass(frozen=True, slots=True)
class Rating:
    """Choices for what follows a prompt.

    Args:
        context: The model's memory.
        pieces: The prompt.
        choices: The texts to choose from.
    """

    context: Context
    pieces: tuple[Piece, ...]
    choices: tuple[str, ...]

    def probabilities(self, proceed: Callable[[], bool]) -> Iterator[tuple[float, ...]]:
        """Yield the choices' probabilities, once; nothing where `proceed` says no."""
        prompt = self.context.vocabulary.encode(self.pieces)
        variants = self._variants()
        longest = max(len(ids) for choice in variants for ids in choice)
        room_for(len(prompt) + longest - 1, self.context.size)
        if not self.context.hold(prompt, proceed=proceed):
            return
        first = self.context.logits().copy()
        scores = np.array([self._score(prompt, first, choice, proceed) for choice in variants])
        if proceed():
            weights = np.exp(scores - scores.max())
            yield tuple((weights / weights.sum()).tolist())

    def _variants(self) -> list[list[list[int]]]:
        """Return the token sequences of each choice: without and with the space that begins SentencePiece's words."""
        if not self.choices or not all(self.choices):
            raise UsageError("a rating needs choices, none of them empty")
        vocabulary = self.context.vocabulary
        spaced = ["", " "] if vocabulary.prefixes_space else [""]
        found = [[vocabulary.tokens_of(blank + choice) for blank in spaced] for choice in self.choices]
        sequences = [ids for choice in found for ids in choice]
        if any(_begins(a, b) for a in sequences for b in sequences):
            # "1" is not likelier than "10" for being its beginning.
            found = [[[*ids, vocabulary.eos] for ids in choice] for choice in found]
        return found

    def _score(
        self, prompt: tuple[int, ...], first: np.ndarray, choice: list[list[int]], proceed: Callable[[], bool]
    ) -> float:
        """Return the log-probability of a choice: the sum over its variants."""
        scores = [self._sequence(prompt, first, ids, proceed) for ids in choice]
        return float(np.logaddexp.reduce(scores))

    def _sequence(
        self, prompt: tuple[int, ...], first: np.ndarray, ids: list[int], proceed: Callable[[], bool]
    ) -> float:
        score = logprob(first, ids[0])
        for at in range(1, len(ids)):
            if not self.context.hold([*prompt, *ids[:at]], proceed=proceed):
                return score
            score += logprob(self.context.logits(), ids[at])
        return score


def _begins(shorter: list[int], longer: list[int]) -> bool:
    return len(shorter) < len(longer) and longer[: len(shorter)] == shorter
