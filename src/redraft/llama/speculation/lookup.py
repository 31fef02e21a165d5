"""Prompt look-up: what came after the same words before is likely to come after them again.

After A. Saxena, "Prompt Lookup Decoding" (2023).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PromptLookup"]

GRAM = 3
"""Tokens by which a place is recognised: two are the same too often by chance."""


class PromptLookup:
    """Finds what followed the last tokens where they stood before, the latest place first.

    Args:
        prompt: The tokens before the output.
    """

    def __init__(self, prompt: Sequence[int]) -> None:
        self._tokens = list(prompt)
        self._behind: dict[tuple[int, ...], int] = {}
        for end in range(GRAM, len(self._tokens)):
            self._behind[tuple(self._tokens[end - GRAM : end])] = end
        self._at = self._seek()

    @property
    def lost(self) -> bool:
        """Whether the last tokens stand nowhere before."""
        return self._at is None

    def ahead(self, count: int) -> Sequence[int]:
        """Return the tokens that came next there."""
        return () if self._at is None else self._tokens[self._at : self._at + count]

    def follow(self, token: int) -> None:
        """Go on behind a token of the output."""
        kept = self._at is not None and self._tokens[self._at] == token
        end = len(self._tokens)
        if end >= GRAM:
            self._behind[tuple(self._tokens[end - GRAM :])] = end
        self._tokens.append(token)
        self._at = self._at + 1 if self._at is not None and kept else self._seek()

    def _seek(self) -> int | None:
        return self._behind.get(tuple(self._tokens[-GRAM:]))
