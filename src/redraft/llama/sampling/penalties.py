"""What an output loses by what it has said already, and by what its agent asks for: logits, changed token by token."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from redraft.llama.interface import Dry, Sampling
    from redraft.llama.vocabulary import Vocabulary

__all__ = ["Penalties", "longest_repeats"]

LONGEST_REPEAT = 64
"""A repeat is followed back so far; what a longer one costs is bounded."""

DEAREST = 1e30
"""Most that a repeat costs: more is no number in single precision."""


class Penalties:
    """The changes that one request makes to logits, which depend on what it has written.

    The prompt is not counted: a revision must be able to copy its draft.

    Args:
        sampling: How tokens are drawn.
        vocabulary: The model's vocabulary.

    Raises:
        UsageError: A text that is to be biased is not one token.
    """

    def __init__(self, sampling: Sampling, vocabulary: Vocabulary) -> None:
        self._sampling = sampling
        self._bias = _biases(sampling.logit_bias, vocabulary)
        self._breakers = vocabulary.containing(sampling.dry.breakers) if sampling.dry else frozenset()
        self._written: list[int] = []

    @property
    def idle(self) -> bool:
        """Whether there is nothing to change, whatever is written."""
        asked = self._sampling
        counted = asked.repeat_penalty != 1 or asked.frequency_penalty != 0 or asked.presence_penalty != 0
        return not (counted or asked.dry or self._bias)

    def accept(self, token: int) -> None:
        """Count a token as written."""
        self._written.append(token)

    def applied(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the logits as the request wants them: biases, then what repeats single tokens, then sequences."""
        changed = logits.copy()
        for token, bias in self._bias.items():
            changed[token] += bias
        self._count(changed)
        if self._sampling.dry:
            _dry(changed, self._written, self._sampling.dry, self._breakers)
        return changed

    def _count(self, logits: NDArray[np.float32]) -> None:
        asked = self._sampling
        recent = self._written[-asked.penalty_last_n :] if asked.penalty_last_n else []
        for token, count in Counter(recent).items():
            value = logits[token]
            value = value * asked.repeat_penalty if value <= 0 else value / asked.repeat_penalty
            logits[token] = value - count * asked.frequency_penalty - asked.presence_penalty


def _biases(asked: Sequence[tuple[str, float]], vocabulary: Vocabulary) -> Mapping[int, float]:
    """Return the bias of each token that is biased.

    Raises:
        UsageError: A text is not one token.
    """
    found: dict[int, float] = {}
    for text, bias in asked:
        tokens = vocabulary.tokens_of(text)
        if len(tokens) != 1:
            raise UsageError(
                f"logit_bias: {text!r} is {len(tokens)} tokens in this model, and a bias is of one",
                mend="Name a text that is one token; most words are one with the space before them.",
            )
        found[tokens[0]] = bias
    return found


def _dry(logits: NDArray[np.float32], written: Sequence[int], asked: Dry, breakers: frozenset[int]) -> None:
    for token, length in longest_repeats(written, breakers).items():
        if length >= asked.allowed_length:
            logits[token] -= min(DEAREST, asked.multiplier * asked.base ** (length - asked.allowed_length))


def longest_repeats(written: Sequence[int], breakers: frozenset[int] = frozenset()) -> dict[int, int]:
    """Return each token that once followed what is written last, and how long that repeat is.

    Args:
        written: The tokens so far.
        breakers: Tokens that no repeat reaches over, and that are always free.
    """
    size = len(written)
    reach = next((back for back in range(size) if written[size - 1 - back] in breakers), size)
    found: dict[int, int] = {}
    for end in range(size - 1):
        limit = min(reach, end + 1, LONGEST_REPEAT)
        length = 0
        while length < limit and written[end - length] == written[size - 1 - length]:
            length += 1
        follower = written[end + 1]
        if length and follower not in breakers:
            found[follower] = max(found.get(follower, 0), length)
    return found
