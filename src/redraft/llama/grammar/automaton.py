"""The texts of a regular expression, character by character, and the shortest way to end one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["NEVER", "Automaton", "Spot", "json_bytes"]

NEVER = 2**30
"""Bytes that no text has: what cannot end."""

_ESCAPED = {0x22: b'\\"', 0x5C: b"\\\\", 0x08: b"\\b", 0x0C: b"\\f", 0x0A: b"\\n", 0x0D: b"\\r", 0x09: b"\\t"}


class Spot(NamedTuple):
    """Where in a text a reader is: the automaton's state, and the length so far, as far as it counts."""

    state: int
    length: int


def json_bytes(code: int) -> bytes:
    """Return a character as it stands in a JSON string."""
    return _ESCAPED.get(code) or chr(code).encode()


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """A deterministic automaton over classes of characters that an expression does not tell apart.

    Args:
        begins: Where intervals of characters of one class begin.
        ends: Where they end.
        kinds: Their classes.
        samples: The shortest character of each class, as it stands in JSON.
        moves: By state and class, the next state, or -1.
        costs: By length and state, the bytes that a text still needs; `NEVER` where it cannot end.
        low: Fewest characters of a text.
        high: Most characters of a text, or None.
        accepting: The states in which a text may end.
        sooner: By spot, the next step of the shortest ending, as far as it was asked for.
    """

    begins: tuple[int, ...]
    ends: tuple[int, ...]
    kinds: tuple[int, ...]
    samples: tuple[bytes, ...]
    moves: NDArray[np.int32]
    costs: NDArray[np.int32]
    low: int
    high: int | None
    accepting: frozenset[int]
    sooner: dict[Spot, tuple[bytes, Spot]] = field(default_factory=dict)

    @property
    def start(self) -> Spot:
        """Where a text begins."""
        return Spot(0, 0)

    def needs(self, spot: Spot) -> int:
        """Return the bytes of the shortest rest of a text."""
        return int(self.costs[spot.length, spot.state])

    def accepts(self, spot: Spot) -> bool:
        """Return whether a text may end here."""
        return spot.state in self.accepting and spot.length >= self.low

    def after(self, spot: Spot, code: int) -> Spot | None:
        """Return where one more character leads; None where no text goes on with it."""
        at = bisect_right(self.begins, code) - 1
        return self._step(spot, self.kinds[at]) if at >= 0 and code <= self.ends[at] else None

    def between(self, spot: Spot, low: int, high: int) -> int | None:
        """Return the character between two that ends a text soonest; None where no text goes on with any."""
        best, least = None, NEVER
        for at in range(bisect_left(self.ends, low), bisect_right(self.begins, high)):
            after = self._step(spot, self.kinds[at])
            if after and self.needs(after) < least:
                best, least = max(low, self.begins[at]), self.needs(after)
        return best

    def ending(self, spot: Spot) -> bytes:
        """Return the shortest rest of a text, as it stands in JSON."""
        steps = []
        while self.needs(spot):
            found = self.sooner.get(spot) or self.sooner.setdefault(spot, self._soonest(spot))
            steps.append(found[0])
            spot = found[1]
        return b"".join(steps)

    def _soonest(self, spot: Spot) -> tuple[bytes, Spot]:
        steps = ((sample, self._step(spot, kind)) for kind, sample in enumerate(self.samples))
        found = [(sample, after) for sample, after in steps if after]
        return min(found, key=lambda step: len(step[0]) + self.needs(step[1]))

    def _step(self, spot: Spot, kind: int) -> Spot | None:
        state = int(self.moves[spot.state, kind])
        if state < 0 or spot.length == self.high:
            return None
        length = min(spot.length + 1, len(self.costs) - 1)
        return Spot(state, length) if self.costs[length, state] < NEVER else None
