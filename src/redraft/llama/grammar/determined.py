"""From a regular expression and two lengths to the automaton of its texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

from redraft.errors import DefinitionError
from redraft.llama.grammar.automaton import NEVER, Automaton, json_bytes
from redraft.llama.grammar.expression import Either, Repeat, Sequence
from redraft.llama.grammar.pattern import parse_pattern
from redraft.llama.grammar.places import END, Places

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from redraft.llama.grammar.charset import Ranges
    from redraft.llama.grammar.expression import Node

__all__ = ["automaton_of"]

MAX_STATES = 2_000
"""States that an expression may need."""

MAX_COUNTED = 2_000_000
"""States times lengths that may be told apart."""

_NONE: frozenset[Ranges] = frozenset()

_WIDTHS = (0x22, 0x23, 0x2D, 0x2E, 0x5C, 0x5D, 0x80, 0x800, 0x10000)
"""Where characters begin that take another number of bytes; the hyphen, which fills best, stands alone."""


@lru_cache(maxsize=256)
def automaton_of(pattern: str, low: int, high: int | None) -> Automaton:
    """Return the automaton of the texts in which an expression is found and that have `low` to `high` characters.

    Raises:
        DefinitionError: It is no regular expression, cannot be enforced, or there is no such text.
    """
    node = parse_pattern(pattern)
    least, most = _lengths(node)
    low, high = (0 if least >= low else low), (None if most is not None and high is not None and most <= high else high)
    places = Places(node)
    classes = _Classes.of(dict.fromkeys(places.sets.values()))
    states, moves = _moves(places, classes)
    accepting = frozenset(number for state, number in states.items() if END in state)
    costs = _costs(moves, classes.samples, accepting, low, high)
    if costs[0, 0] >= NEVER:
        raise DefinitionError(f"no text matches the pattern {pattern!r} and its bounds"[:300])
    return Automaton(*classes.intervals, classes.samples, moves, costs, low, high, accepting)


def _lengths(node: Node) -> tuple[int, int | None]:
    """Return how many characters the shortest and the longest text have."""
    match node:
        case Sequence(parts):
            spans = [_lengths(part) for part in parts]
            return sum(least for least, _ in spans), _sum(most for _, most in spans)
        case Either(options):
            spans = [_lengths(option) for option in options]
            longest = [most for _, most in spans]
            return min(least for least, _ in spans), None if None in longest else max(most or 0 for most in longest)
        case Repeat(body, low, high):
            least, most = _lengths(body)
            return least * low, 0 if most == 0 else None if high is None or most is None else most * high
        case _:
            return 1, 1


def _sum(numbers: Iterable[int | None]) -> int | None:
    found = list(numbers)
    return None if None in found else sum(number or 0 for number in found)


@dataclass(frozen=True, slots=True)
class _Classes:
    """The characters, in classes that no set of an expression tells apart.

    Args:
        intervals: Begins, ends and classes of intervals.
        samples: The shortest character of each class, as it stands in JSON.
        of_set: The classes of each set.
    """

    intervals: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    samples: tuple[bytes, ...]
    of_set: dict[Ranges, tuple[int, ...]]

    @staticmethod
    def of(sets: Iterable[Ranges]) -> _Classes:
        cuts: dict[int, set[Ranges]] = {cut: set() for cut in _WIDTHS}
        for ranges in sets:
            for edge in (edge for low, high in ranges for edge in (low, high + 1)):
                cuts.setdefault(edge, set()).add(ranges)
        edges = sorted(cuts)
        kinds: dict[frozenset[Ranges], list[int]] = {}
        found, inside = [], _NONE
        for begin, after in zip(edges, [*edges[1:], edges[-1]], strict=True):
            inside ^= cuts[begin]
            if inside:
                kinds.setdefault(inside, []).append(begin)
                found.append((begin, after - 1, list(kinds).index(inside)))
        samples = tuple(json_bytes(min(begins, key=_fitness)) for begins in kinds.values())
        of_set = {one: tuple(at for at, kind in enumerate(kinds) if one in kind) for one in _NONE.union(*kinds)}
        begins, ends, numbers = ([span[at] for span in found] for at in range(3))
        return _Classes((tuple(begins), tuple(ends), tuple(numbers)), samples, of_set)


def _fitness(code: int) -> tuple[int, bool, bool]:
    """Order characters by how well they fill: few bytes, a hyphen, a letter or digit."""
    return len(json_bytes(code)), code != ord("-"), not chr(code).isalnum()


def _moves(places: Places, classes: _Classes) -> tuple[dict[frozenset[int], int], NDArray[np.int32]]:
    """Return the automaton's states, as sets of places, and the next state by state and class."""
    states = {places.reached(places.first): 0}
    waiting = list(states)
    rows = []
    for state in waiting:
        row = [-1] * len(classes.samples)
        for kind, reached in _reached(places, classes, state).items():
            after = frozenset(reached)
            if after not in states:
                if len(states) == MAX_STATES:
                    raise DefinitionError(f"the pattern needs more than {MAX_STATES:,} states to be enforced")
                states[after] = len(states)
                waiting.append(after)
            row[kind] = states[after]
        rows.append(row)
    return states, np.array(rows, dtype=np.int32).reshape(len(rows), len(classes.samples))


def _reached(places: Places, classes: _Classes, state: frozenset[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for place in state:
        if place == END:
            continue
        after = places.reached(places.nexts[place][0])
        kinds = classes.of_set[places.sets[place]]
        places.count(len(kinds) * len(after))
        for kind in kinds:
            found.setdefault(kind, set()).update(after)
    return found


def _costs(
    moves: NDArray[np.int32], samples: tuple[bytes, ...], accepting: frozenset[int], low: int, high: int | None
) -> NDArray[np.int32]:
    """Return, by the count of characters so far and the state, how many bytes a text still needs."""
    last = low if high is None else high
    if last * len(moves) > MAX_COUNTED:
        raise DefinitionError("the pattern and the length of its text together need too many states to be enforced")
    widths = np.array([len(sample) for sample in samples], dtype=np.int32)
    ended = np.full(len(moves), NEVER, dtype=np.int32)
    ended[list(accepting)] = 0
    costs = np.empty((last + 1, len(moves)), dtype=np.int32)
    costs[last] = _unbounded(moves, widths, accepting) if high is None else ended
    for count in range(last - 1, -1, -1):
        further = np.append(costs[count + 1], np.int32(NEVER))
        costs[count] = np.minimum((further[moves] + widths).min(axis=1, initial=NEVER), NEVER)
        if count >= low:
            costs[count] = np.minimum(costs[count], ended)
    return costs


def _unbounded(moves: NDArray[np.int32], widths: NDArray[np.int32], accepting: frozenset[int]) -> NDArray[np.int32]:
    """Return how many bytes a text needs from each state where its length does not matter."""
    before: list[dict[int, int]] = [{} for _ in moves]
    for state, kind in np.argwhere(moves >= 0).tolist():
        ways = before[moves[state, kind]]
        ways[state] = min(ways.get(state, NEVER), int(widths[kind]))
    costs = np.full(len(moves), NEVER, dtype=np.int32)
    heap = [(0, state) for state in accepting]
    while heap:
        cost, state = heappop(heap)
        if cost < costs[state]:
            costs[state] = cost
            for source, width in before[state].items():
                heappush(heap, (cost + width, source))
    return costs
