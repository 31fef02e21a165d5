"""Row costs: how long a step of so many rows takes on this machine."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RowCosts"]

KEPT = 0.95
"""What an observation leaves of the pace before it."""

DEARER = 1.1
"""What a step of many rows may cost at most, beside steps of fewer that do the same."""

FASTER, SLOWER = 0.3, 0.1
"""How much a step changes what is believed of its number of rows: others can make it slower, and none faster."""

FAR = 4.0
"""By how much one observation may differ from what was expected: a step that waited for the processor says little."""


@dataclass(slots=True)
class RowCosts:
    """Seconds a step, by rows: as a probe measured them, corrected by what steps really take.

    Args:
        points: Rows, and the seconds of a step of so many rows that all give logits.
        head: Share of a row's work that its logits are: a row without them is cheaper by it.
    """

    points: Mapping[int, float]
    head: float = 0.0
    pace: float = 1.0
    _rows: list[int] = field(init=False)
    _seconds: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self._rows = sorted(self.points)
        # More rows are never cheaper, nor much dearer than several steps of fewer: where they were measured so,
        # something else had slowed a step down.
        falling = np.minimum.accumulate([self.points[rows] for rows in reversed(self._rows)])
        self._seconds = falling[::-1].tolist()
        for at, rows in enumerate(self._rows):
            split = [DEARER * self._seconds[few] * -(-rows // self._rows[few]) for few in range(at)]
            self._seconds[at] = min([self._seconds[at], *split])

    def seconds(self, rows: int, outputs: int | None = None) -> float:
        """Return how long a step takes.

        Args:
            rows: Its rows.
            outputs: How many of them give logits; None for all.
        """
        whole = self._at(rows)
        if outputs is None or outputs >= rows:
            return whole * self.pace
        return (whole * (1 - self.head) + self._at(outputs) * self.head) * self.pace

    def most_rows(self, seconds: float, *, rows: int = 0, outputs: int = 0) -> int:
        """Return how many rows without logits can be added to a step that is to end in time.

        Args:
            seconds: The time of the whole step.
            rows: Rows that it has already.
            outputs: How many of these give logits.
        """
        low, high = 0, 65_536
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.seconds(rows + middle, outputs) <= seconds
            low, high = (middle, high) if fits else (low, middle - 1)
        return low

    def observe(self, rows: int, outputs: int, seconds: float) -> None:
        """Learn from a step that was made: how fast all steps are, and what so many rows cost beside others."""
        expected = self.seconds(rows, outputs)
        if expected <= 0:
            return
        ratio = min(max(seconds / expected, 1 / FAR), FAR)
        self.pace *= ratio ** (1 - KEPT)
        at = min(range(len(self._rows)), key=lambda at: abs(math.log(self._rows[at] / rows)))
        self._seconds[at] *= ratio ** (FASTER if ratio < 1 else SLOWER)
        # More rows are never cheaper than fewer.
        for fewer in range(at):
            self._seconds[fewer] = min(self._seconds[fewer], self._seconds[at])
        for more in range(at + 1, len(self._rows)):
            self._seconds[more] = max(self._seconds[more], self._seconds[at])

    def _at(self, rows: int) -> float:
        """Return the seconds of so many rows: between two points in a line, beyond the last one in proportion."""
        if rows <= 0:
            return 0.0
        last = self._rows[-1]
        if rows > last:
            return self._seconds[-1] * rows / last
        above = bisect_left(self._rows, rows)
        if not above:
            return self._seconds[0]
        # np.interp makes arrays of the lists, which takes longer than all else in a plan.
        few, many = self._rows[above - 1], self._rows[above]
        low, high = self._seconds[above - 1], self._seconds[above]
        return low + (high - low) * (rows - few) / (many - few)
