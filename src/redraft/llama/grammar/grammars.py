"""All grammars over one vocabulary: what they share, and llguidance's matchers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from redraft.errors import DefinitionError
from redraft.llama.grammar.lark import mistake, said
from redraft.llama.grammar.shape import schema_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redraft.llama.grammar.shape import Shape
    from redraft.llama.vocabulary import Vocabulary

__all__ = ["Grammars"]

LONGEST = 32
"""Longest token, in bytes, that a closing is made of."""

ENDLESS = 25_000
"""Bytes of a text that must come next which llguidance looks ahead for, half of its `step_max_items`."""

NEVER_ENDS = "what must come next never ends"

_COMPACT = {
    "whitespace_flexible": False,
    "item_separator": ",",
    "key_separator": ":",
    "json_allowed_escapes": '"\\bfnrt',
}


class Grammars:
    """What all grammars over one vocabulary share. Any thread may use it, several at once.

    Args:
        vocabulary: The vocabulary.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._lock = Lock()
        self._built: _Tables | None = None
        # Caches of the object's own: one on the class would keep the grammars of every model that was ever loaded.
        self._closings = lru_cache(maxsize=65_536)(self._longest_first)
        self._matchers = lru_cache(maxsize=64)(self._matcher)
        self._free = lru_cache(maxsize=64)(self._free_matcher)

    def _tables(self) -> _Tables:
        """Return the tables over the vocabulary; the first grammar builds them, half a second for a large one."""
        with self._lock:
            self._built = self._built or _Tables.over(self.vocabulary)
            return self._built

    def tokens_of(self, data: bytes) -> tuple[int, ...] | None:
        """Return tokens that make exactly these bytes, long ones first; None where the vocabulary has none."""
        return self._closings(data)

    def _longest_first(self, data: bytes) -> tuple[int, ...] | None:
        by_bytes = self._tables().by_bytes
        tokens: list[int] = []
        at = 0
        while at < len(data):
            sizes = range(min(LONGEST, len(data) - at), 0, -1)
            size = next((size for size in sizes if data[at : at + size] in by_bytes), 0)
            if not size:
                return None
            tokens.append(by_bytes[data[at : at + size]])
            at += size
        return tuple(tokens)

    def matcher(self, shape: Shape) -> Any:
        """Return llguidance's matcher of a shape.

        Raises:
            DefinitionError: llguidance does not accept the schema.
        """
        matcher = self._matchers(shape).deep_copy()
        if matcher.is_error():
            raise DefinitionError(f"the schema cannot be enforced: {said(matcher.get_error())}")
        return matcher

    def _matcher(self, shape: Shape) -> Any:
        from llguidance import LLMatcher

        grammar = LLMatcher.grammar_from_json_schema(schema_of(shape), overrides=_COMPACT)
        return LLMatcher(self._tables().tokenizer, grammar, log_level=0)

    def free(self, grammar: str) -> Any:
        """Return llguidance's matcher of a grammar in its Lark syntax.

        Raises:
            DefinitionError: The grammar has a mistake, or allows no output.
        """
        return self._free(grammar).deep_copy()

    def _free_matcher(self, grammar: str) -> Any:
        from llguidance import LLMatcher

        matcher = LLMatcher(self._tables().tokenizer, LLMatcher.grammar_from_lark(grammar), log_level=0)
        if matcher.is_error():
            raise mistake(matcher.get_error())
        fresh = matcher.deep_copy()
        self.mask(matcher)
        endless = len(matcher.compute_ff_bytes()) >= ENDLESS
        if endless or matcher.is_error():
            raise DefinitionError(
                f"no output satisfies the grammar: {NEVER_ENDS if endless else stuck(matcher)}",
                where="grammar",
                mend="Look for a rule that always needs itself, and for sets without a character.",
            )
        return fresh

    def mask(self, matcher: Any) -> NDArray[np.bool_]:
        """Return which tokens a matcher allows next."""
        bits = np.zeros((self.vocabulary.size + 31) // 32, dtype=np.int32)
        matcher.unsafe_compute_mask_ptr(bits.ctypes.data, bits.nbytes)
        flags = np.unpackbits(bits.view(np.uint8), count=self.vocabulary.size, bitorder="little")
        return flags.view(np.bool_)

    def masked(self, matcher: Any, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the logits of the tokens that a matcher allows next, and minus infinity for the others."""
        # A third of the time that `where` takes.
        allowed = np.full_like(logits, -np.inf)
        np.copyto(allowed, logits, where=self.mask(matcher))
        return allowed


def stuck(matcher: Any) -> str:
    """Return why a matcher allows no token."""
    message = matcher.get_error()
    if not message or message.startswith("NoExtension"):
        return "no token that the model has can come next"
    # llguidance looks ahead for what must come next, and gives up on what has no end.
    return NEVER_ENDS if "; ff_tokens" in message else said(message)


@dataclass(frozen=True, slots=True)
class _Tables:
    """What takes a pass over the vocabulary.

    Args:
        tokenizer: llguidance's tokenizer.
        by_bytes: The token of some bytes, where it is short and plain.
    """

    tokenizer: Any
    by_bytes: dict[bytes, int]

    @staticmethod
    def over(vocabulary: Vocabulary) -> _Tables:
        from llguidance import LLTokenizer, TokenizerWrapper

        special = {*vocabulary.barred.tolist(), *vocabulary.ends}
        by_bytes = {
            data: token
            for token, data in enumerate(vocabulary.pieces)
            if 0 < len(data) <= LONGEST and token not in special
        }
        wrapper = TokenizerWrapper(_Tokens(vocabulary, special))
        return _Tables(LLTokenizer(wrapper, eos_token=vocabulary.eos, slices=[]), by_bytes)


class _Tokens:
    """The vocabulary as llguidance reads it."""

    def __init__(self, vocabulary: Vocabulary, special: set[int]) -> None:
        self._vocabulary = vocabulary
        self.eos_token_id = vocabulary.eos
        self.bos_token_id = vocabulary.bos if vocabulary.bos >= 0 else None
        self.special_token_ids = sorted(special)
        self.tokens = list(vocabulary.pieces)
        for token in special:
            self.tokens[token] = vocabulary.text_of(token).encode()

    def __call__(self, text: bytes) -> list[int]:
        return self._vocabulary.tokens_of(text.decode(errors="replace"))
