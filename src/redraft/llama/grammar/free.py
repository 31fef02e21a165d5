"""What a grammar demands of one generation: tokens that its language goes on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redraft.errors import GenerationError
from redraft.llama.grammar.grammars import stuck

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from redraft.llama.grammar.grammars import Grammars
    from redraft.llama.sampling.sampler import Sampler

__all__ = ["FreeConstraint"]


class FreeConstraint:
    """Keeps one generation within a grammar of the user's own, whose outputs may have any length.

    How such a grammar ends soonest is not known, so there is no closing: at its limit the output is cut.

    Args:
        grammars: The vocabulary's grammars.
        grammar: The grammar, in llguidance's Lark syntax.

    Raises:
        DefinitionError: The grammar has a mistake, or allows no output.
    """

    closing: tuple[int, ...] = ()

    def __init__(self, grammars: Grammars, grammar: str) -> None:
        self._vocabulary = grammars.vocabulary
        self._grammars = grammars
        self._matcher = grammars.free(grammar)

    @property
    def complete(self) -> bool:
        """Whether the output satisfies the grammar and nothing can follow."""
        return bool(self._matcher.is_stopped()) and not self._matcher.is_error()

    def pick(self, logits: NDArray[np.float32], sampler: Sampler, draw: float, *, left: int) -> int | None:
        """Take the token that a draw picks among those allowed, and return it; never None.

        Raises:
            GenerationError: No token of the vocabulary is allowed.
        """
        del left
        found = sampler.pick(logits, draw)
        if self._take(found.token):
            return found.token
        allowed = self._masked(logits)
        allowed[found.token] = -np.inf
        if not np.isfinite(allowed.max()):
            raise self._stuck()
        found = sampler.pick(allowed, found.rest)
        if not self._take(found.token):
            raise self._stuck()
        return found.token

    def forced(self, left: int) -> Iterator[int]:
        """Yield the tokens that must come next, as the model would split their text, each taken when it is asked for.

        Args:
            left: Tokens that may still be written.
        """
        run = () if self._matcher.is_stopped() else self._matcher.compute_ff_tokens()
        for token in run[:left]:
            if token in self._vocabulary.ends or not self._take(token):
                return
            yield token

    def _take(self, token: int) -> bool:
        """Accept a token where it is legal."""
        if token in self._vocabulary.ends:
            return self._may_end()
        if not self._vocabulary.bytes_of(token) or not self._matcher.validate_tokens([token]):
            return False
        return bool(self._matcher.consume_token(token))

    def _may_end(self) -> bool:
        return bool(self._matcher.validate_tokens([self._vocabulary.eos]))

    def _masked(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        ends = list(self._vocabulary.ends)
        may_end = self._may_end()
        allowed = self._grammars.masked(self._matcher, logits)
        allowed[ends] = logits[ends] if may_end else -np.inf
        return allowed

    def _stuck(self) -> GenerationError:
        return GenerationError(f"the grammar cannot be satisfied from here: {stuck(self._matcher)}", where="grammar")
