"""The fragments that a summary shares with its source, as Grusky et al. (2018) define them.

"Newsroom: A Dataset of 1.3 Million Summaries with Diverse Extractive Strategies", figure 1: from left to right, the
longest run of the summary's words that the source has as well; then on behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Fragments", "fragments"]


@dataclass(frozen=True, slots=True)
class Fragments:
    """The fragments of a summary.

    Args:
        spans: Where each begins in the summary, and how many words it has.
        words: How many words the summary has.
    """

    spans: tuple[tuple[int, int], ...]
    words: int

    @property
    def coverage(self) -> float:
        """Share of the summary's words that stand in a fragment."""
        return sum(length for _, length in self.spans) / self.words if self.words else 0.0

    @property
    def density(self) -> float:
        """How long the fragment is in which a word of the summary stands, on average."""
        return sum(length * length for _, length in self.spans) / self.words if self.words else 0.0

    @property
    def longest(self) -> tuple[int, int]:
        """Where the longest fragment begins, and how many words it has."""
        return max(self.spans, key=lambda span: span[1], default=(0, 0))


def fragments(source: Sequence[str], summary: Sequence[str]) -> Fragments:
    """Return the fragments of a summary's words, in time that grows with the length of both."""
    spans, place, matched = [], 0, _longest_from(source, summary)
    while place < len(summary):
        if matched[place]:
            spans.append((place, matched[place]))
        place += max(1, matched[place])
    return Fragments(tuple(spans), len(summary))


def _longest_from(source: Sequence[str], summary: Sequence[str]) -> list[int]:
    """Return how many words from each place of the summary the source has in a row.

    An automaton of the reversed source reads the summary backwards: what it has matched at a place ends there.
    """
    automaton = _Automaton(reversed(source))
    state, length, found = 0, 0, [0] * len(summary)
    for place in range(len(summary) - 1, -1, -1):
        word = summary[place]
        while state and word not in automaton.next[state]:
            state = automaton.link[state]
            length = automaton.length[state]
        if word in automaton.next[state]:
            state, length = automaton.next[state][word], length + 1
        found[place] = length
    return found


class _Automaton:
    """A suffix automaton (Blumer et al. 1985): its paths from state 0 are the runs of words that a text has."""

    def __init__(self, words: Iterable[str]) -> None:
        self.next: list[dict[str, int]] = [{}]
        self.link = [-1]
        self.length = [0]
        last = 0
        for word in words:
            last = self._extended(last, word)

    def _extended(self, last: int, word: str) -> int:
        new = self._state({}, self.length[last] + 1)
        state = last
        while state >= 0 and word not in self.next[state]:
            self.next[state][word] = new
            state = self.link[state]
        self.link[new] = 0 if state < 0 else self._suffix(state, word)
        return new

    def _suffix(self, state: int, word: str) -> int:
        """Return the state of the longest suffix that stood before, split off where a longer run shared it."""
        other = self.next[state][word]
        if self.length[other] == self.length[state] + 1:
            return other
        copy = self._state(dict(self.next[other]), self.length[state] + 1)
        self.link[copy], self.link[other] = self.link[other], copy
        while state >= 0 and self.next[state].get(word) == other:
            self.next[state][word] = copy
            state = self.link[state]
        return copy

    def _state(self, following: dict[str, int], length: int) -> int:
        self.next.append(following)
        self.link.append(0)
        self.length.append(length)
        return len(self.length) - 1
