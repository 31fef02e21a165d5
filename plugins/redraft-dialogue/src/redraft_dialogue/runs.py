"""Runs of words: what two texts have in common, word after word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redraft.text import folded, is_unspaced, word_list

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Run", "joined", "longest_run", "looked_at", "mostly_unspaced", "tokens"]

_LOOKED_AT = 10_000


@dataclass(frozen=True, slots=True)
class Run:
    """Words that follow each other in a text: where they begin, and how many there are."""

    start: int
    length: int


@dataclass(slots=True)
class _State:
    """A state of the automaton: what may follow, where to fall back to, and how long its longest run is."""

    length: int
    link: int
    follow: dict[str, int] = field(default_factory=dict)


def tokens(text: str) -> list[str]:
    """Return the folded words of a text; each character of a script without spaces is one."""
    return word_list(folded(looked_at(text)))


def looked_at(text: str) -> str:
    """Return a text, or the ends of a very long one: no reply is as long."""
    return text if len(text) <= 2 * _LOOKED_AT else f"{text[:_LOOKED_AT]}\n{text[-_LOOKED_AT:]}"


def mostly_unspaced(words: Sequence[str]) -> bool:
    """Return whether most words are characters of a script without spaces."""
    return 2 * sum(map(is_unspaced, words)) > len(words)


def joined(words: Sequence[str]) -> str:
    """Return words as a text."""
    return ("" if mostly_unspaced(words) else " ").join(words)


def longest_run(text: Sequence[str], other: Sequence[str]) -> Run:
    """Return the longest run of a text that stands in another one too; the first of those that are equally long."""
    states, best = _automaton(other), Run(0, 0)
    state, length = 0, 0
    for place, word in enumerate(text):
        while state and word not in states[state].follow:
            state = states[state].link
            length = states[state].length
        if word in states[state].follow:
            state, length = states[state].follow[word], length + 1
        if length > best.length:
            best = Run(place - length + 1, length)
    return best


def _automaton(words: Sequence[str]) -> list[_State]:
    """Return the suffix automaton of some words: it follows every run in them, in time that grows with their number."""
    states, last = [_State(0, -1)], 0
    for word in words:
        new = len(states)
        states.append(_State(states[last].length + 1, 0))
        at = last
        while at >= 0 and word not in states[at].follow:
            states[at].follow[word] = new
            at = states[at].link
        if at >= 0:
            states[new].link = _split(states, at, word)
        last = new
    return states


def _split(states: list[_State], at: int, word: str) -> int:
    """Return the state of the run that ends in a word after state `at`; where it is part of a longer one, its own."""
    after = states[at].follow[word]
    if states[after].length == states[at].length + 1:
        return after
    clone = len(states)
    states.append(_State(states[at].length + 1, states[after].link, dict(states[after].follow)))
    while at >= 0 and states[at].follow.get(word) == after:
        states[at].follow[word] = clone
        at = states[at].link
    states[after].link = clone
    return clone
