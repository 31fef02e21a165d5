"""A cursor in a text that is being copied: it goes on where the copy goes on, also after an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CopyCursor"]

BACK, AHEAD = 16, 96
"""How far from the cursor an edited copy is looked for again, in tokens."""

NEAR = 8
"""How far a single token that stands there too is taken for the copy going on."""

GRAM = 3
"""Tokens by which a place is recognised."""


class CopyCursor:
    """Walks a source text beside an output that copies it.

    Args:
        source: The tokens of the text.
    """

    def __init__(self, source: Sequence[int]) -> None:
        self._source = tuple(source)
        self._at = self._sure = 0
        self._tail: tuple[int, ...] = ()
        self.lost = False

    def ahead(self, count: int) -> Sequence[int]:
        """Return the tokens that come next if the copy goes on."""
        return self._source[self._at : self._at + count]

    def follow(self, token: int) -> None:
        """Go on behind a token of the output."""
        self._tail = (*self._tail, token)[-GRAM:]
        if self._source[self._at : self._at + 1] == (token,):
            self._at = self._sure = self._at + 1
            self.lost = False
            return
        # A token in the place of another is the commonest edit: the rest stands where it stood.
        self._at = min(self._at + 1, len(self._source))
        self.lost = True
        found = self._found()
        if found is not None:
            self._at = self._sure = found
            self.lost = False

    def _found(self) -> int | None:
        """Return the place behind the end of the output, or None where nothing near is like it."""
        for size in range(len(self._tail), 1, -1):
            # What follows an insertion, however long, stands where the copy was left.
            places = self._places(self._tail[-size:], self._sure - BACK, self._at + AHEAD)
            if places:
                return min(places, key=lambda place: min(abs(place - self._at), abs(place - self._sure)))
        places = self._places(self._tail[-1:], self._at, self._at + NEAR)
        return places[0] if places else None

    def _places(self, gram: tuple[int, ...], begin: int, end: int) -> list[int]:
        size = len(gram)
        last = min(end, len(self._source))
        return [at for at in range(max(begin, size), last + 1) if self._source[at - size : at] == gram]
