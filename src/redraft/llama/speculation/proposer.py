"""A proposer: the tokens that an output is likely to go on with, and how likely that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from redraft.llama.speculation.copying import CopyCursor
from redraft.llama.speculation.lookup import PromptLookup

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Proposer", "Tally"]

FADING = 0.98
"""What a token leaves of the count before it: an output may copy in its second half only."""


class Source(Protocol):
    """Something that foresees an output."""

    @property
    def lost(self) -> bool:
        """Whether it only guesses where the output is."""
        ...

    def ahead(self, count: int) -> Sequence[int]:
        """Return the tokens that it expects."""
        ...

    def follow(self, token: int) -> None:
        """Go on behind a token of the output."""
        ...


@dataclass(slots=True)
class Tally:
    """How often what was foreseen came true.

    Args:
        hits: Times that it did; the start is what is taken for granted.
        tries: Times in all.
    """

    hits: float
    tries: float

    @property
    def chance(self) -> float:
        """The share of hits."""
        return self.hits / self.tries

    def count(self, *, hit: bool) -> None:
        """Count one more."""
        self.hits = self.hits * FADING + hit
        self.tries = self.tries * FADING + 1


class Proposer:
    """Proposes how an output goes on: as the text that it copies, or as its prompt went on before.

    What it foresees is compared with every token that is written, whether it was proposed or not: to learn that
    proposing does not pay costs nothing.

    Args:
        prompt: The tokens of the prompt.
        copies: The tokens of the text that is likely to be copied, if there is one.
    """

    def __init__(self, prompt: Sequence[int], copies: Sequence[int] = ()) -> None:
        self._sources: tuple[Source, ...] = (PromptLookup(prompt),)
        self._tallies = [(Tally(1.0, 2.0), Tally(0.0, 4.0))]
        if copies:
            self._sources = (CopyCursor(copies), *self._sources)
            self._tallies.insert(0, (Tally(7.0, 8.0), Tally(1.0, 4.0)))

    @property
    def chance(self) -> float:
        """How likely the next token is the one foreseen, 0 to 1."""
        return max(self._chance(at) for at in range(len(self._sources)))

    def propose(self, count: int) -> list[int]:
        """Return at most so many tokens, from the source that is right most often."""
        best = max(range(len(self._sources)), key=self._chance)
        return list(self._sources[best].ahead(count))

    def follow(self, token: int) -> None:
        """Go on behind a token of the output."""
        for source, tallies in zip(self._sources, self._tallies, strict=True):
            foreseen = source.ahead(1)
            if foreseen:
                tallies[source.lost].count(hit=foreseen[0] == token)
            source.follow(token)

    def _chance(self, at: int) -> float:
        source = self._sources[at]
        return self._tallies[at][source.lost].chance if source.ahead(1) else 0.0
