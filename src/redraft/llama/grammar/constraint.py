"""What a schema demands of one generation: tokens after which the output can still be closed in time."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from redraft.errors import DefinitionError, UsageError
from redraft.llama.grammar.cursor import Cursor, shortest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from redraft.llama.grammar.shape import Shape
    from redraft.llama.sampling.sampler import Sampler
    from redraft.llama.vocabulary import Vocabulary

__all__ = ["Constraint", "Grammars"]

TRIES = 64
"""Tokens tried under the grammar's mask before the output is closed: nearly always the first one passes."""

LONGEST = 32
"""Longest token, in bytes, that a closing is made of."""

_COMPACT = {
    "whitespace_flexible": False,
    "item_separator": ",",
    "key_separator": ":",
    "json_allowed_escapes": '"\\bfnrt',
}


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
        allowed = np.where(self._grammars.mask(self._matcher), logits, np.float32(-np.inf))
        if self._cursor.ending() == b"":
            ends = list(self._grammars.vocabulary.ends)
            allowed[ends] = logits[ends]
        return allowed


class Grammars:
    """What all grammars over one vocabulary share.

    Args:
        vocabulary: The vocabulary.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._bits = np.zeros((vocabulary.size + 31) // 32, dtype=np.int32)
        # Caches of the object's own: one on the class would keep the grammars of every model that was ever loaded.
        self._closings = lru_cache(maxsize=65_536)(self._longest_first)
        self._matchers = lru_cache(maxsize=64)(self._matcher)

    @cached_property
    def _tokenizer(self) -> Any:
        from llguidance import LLTokenizer, TokenizerWrapper

        return LLTokenizer(TokenizerWrapper(_Tokens(self.vocabulary)), eos_token=self.vocabulary.eos, slices=[])

    @cached_property
    def _by_bytes(self) -> dict[bytes, int]:
        plain = ((self.vocabulary.bytes_of(token), token) for token in range(self.vocabulary.size))
        barred = {*self.vocabulary.barred.tolist(), *self.vocabulary.ends}
        return {data: token for data, token in plain if 0 < len(data) <= LONGEST and token not in barred}

    def tokens_of(self, data: bytes) -> tuple[int, ...] | None:
        """Return tokens that make exactly these bytes, long ones first; None where the vocabulary has none."""
        return self._closings(data)

    def _longest_first(self, data: bytes) -> tuple[int, ...] | None:
        tokens: list[int] = []
        at = 0
        while at < len(data):
            sizes = range(min(LONGEST, len(data) - at), 0, -1)
            size = next((size for size in sizes if data[at : at + size] in self._by_bytes), 0)
            if not size:
                return None
            tokens.append(self._by_bytes[data[at : at + size]])
            at += size
        return tuple(tokens)

    def matcher(self, shape: Shape) -> Any:
        """Return llguidance's matcher of a shape.

        Raises:
            DefinitionError: llguidance does not accept the schema.
        """
        matcher = self._matchers(shape).deep_copy()
        if matcher.is_error():
            raise DefinitionError(f"the schema cannot be enforced: {matcher.get_error()}")
        return matcher

    def _matcher(self, shape: Shape) -> Any:
        from llguidance import LLMatcher

        from redraft.llama.grammar.shape import schema_of

        return LLMatcher(
            self._tokenizer, LLMatcher.grammar_from_json_schema(schema_of(shape), overrides=_COMPACT), log_level=0
        )

    def mask(self, matcher: Any) -> NDArray[np.bool_]:
        """Return which tokens a matcher allows next."""
        matcher.unsafe_compute_mask_ptr(self._bits.ctypes.data, self._bits.nbytes)
        bits = np.unpackbits(self._bits.view(np.uint8), bitorder="little")
        return bits[: self.vocabulary.size].astype(np.bool_)


class _Tokens:
    """The vocabulary as llguidance reads it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.eos_token_id = vocabulary.eos
        self.bos_token_id = vocabulary.bos if vocabulary.bos >= 0 else None
        special = {*vocabulary.ends, *vocabulary.barred.tolist()}
        self.special_token_ids = sorted(special)
        self.tokens = [
            vocabulary.text_of(token).encode() if token in special else vocabulary.bytes_of(token)
            for token in range(vocabulary.size)
        ]

    def __call__(self, text: bytes) -> list[int]:
        return self._vocabulary.tokens_of(text.decode(errors="replace"))
