"""What a schema demands of one generation: tokens after which the output can still be closed in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redraft.errors import DefinitionError, UsageError
from redraft.llama.grammar.cursor import Cursor, shortest
from redraft.llama.grammar.grammars import Grammars

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from redraft.llama.grammar.shape import Shape
    from redraft.llama.sampling.sampler import Sampler

__all__ = ["Constraint", "Grammars"]

TRIES = 64
"""Tokens tried under the grammar's mask before the output is closed: nearly always the first one passes."""


class Constraint:
    """Keeps one generation within a shape and a number of tokens.

    A token is accepted only where the shortest closing after it fits what is left; that closing is kept. So there
    is a way to close the output in time before every token, whatever the model prefers.

    Args:
        grammars: The vocabulary's grammars.
        shape: What the output must be.
        limit: Most tokens that may be generated.

    Raises:
        UsageError: The shortest output does not fit the limit.
        DefinitionError: The shape cannot be enforced with this vocabulary.
    """

    def __init__(self, grammars: Grammars, shape: Shape, limit: int) -> None:
        self._grammars = grammars
        self._cursor = Cursor.at(shape)
        self._matcher = grammars.matcher(shape)
        closing = grammars.tokens_of(shortest(shape).encode())
        if closing is None or not self._allows(closing):
            raise DefinitionError("the schema cannot be enforced with this model's vocabulary")
        if len(closing) > limit:
            raise UsageError(
                f"the schema's shortest output has {len(closing)} tokens and at most {limit} may be written",
                mend="Raise max_tokens, or bound the schema more tightly.",
            )
        self.closing: tuple[int, ...] = closing

    @property
    def complete(self) -> bool:
        """Whether the output satisfies the schema and nothing can follow."""
        return self._cursor.done

    def pick(self, logits: NDArray[np.float32], sampler: Sampler, draw: float, *, left: int) -> int | None:
        """Return the token that a draw picks among those allowed, or None where the output must be closed.

        The first pick is made without the grammar and only checked, for its mask over a whole vocabulary costs more
        than a small model's step. What a refused pick leaves of the draw is uniform again, so one draw serves.

        Args:
            logits: The model's logits.
            sampler: The request's sampler.
            draw: The token's draw.
            left: Tokens that may still be written, this one included.
        """
        found = sampler.pick(logits, draw)
        if self._take(found.token, left):
            return found.token
        allowed = self._masked(logits)
        allowed[found.token] = -np.inf
        for _ in range(TRIES):
            if not np.isfinite(allowed.max()):
                break
            found = sampler.pick(allowed, found.rest)
            if self._take(found.token, left):
                return found.token
            allowed[found.token] = -np.inf
        return None

    def forced(self, left: int) -> Iterator[int]:
        """Yield the tokens that must come next, as the model would split their text, each taken when it is asked for.

        Args:
            left: Tokens that may still be written, a closing included.
        """
        run = () if self.complete else self._matcher.compute_ff_tokens()
        for room, token in zip(range(left, 0, -1), run, strict=False):
            if token in self._grammars.vocabulary.ends or not self._take(token, room):
                return
            yield token

    def _take(self, token: int, left: int) -> bool:
        """Accept a token where it is legal and leaves room for the closing."""
        if token in self._grammars.vocabulary.ends:
            return self._cursor.ending() == b""
        data = self._grammars.vocabulary.bytes_of(token)
        cursor = self._cursor.advance(data) if data else None
        ending = cursor.ending() if cursor else None
        if cursor is None or ending is None:
            return False
        closing = self._grammars.tokens_of(ending)
        if closing is None or len(closing) >= left or not self._allows((token, *closing)):
            return False
        self._matcher.consume_token(token)
        self._cursor, self.closing = cursor, closing
        return True

    def _allows(self, tokens: Sequence[int]) -> bool:
        """Return whether the grammar accepts the tokens as the whole rest of the output."""
        whole = [*tokens, self._grammars.vocabulary.eos]
        return bool(self._matcher.validate_tokens(whole) == len(whole))

    def _masked(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        allowed = self._grammars.masked(self._matcher, logits)
        if self._cursor.ending() == b"":
            ends = list(self._grammars.vocabulary.ends)
            allowed[ends] = logits[ends]
        return allowed
