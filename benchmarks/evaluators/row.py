"""A row: how far an evaluator agrees with what is known of real data."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Row"]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of an evaluator.

    Args:
        name: The evaluator.
        n: How many drafts were scored.
        agreement: The share of them that it judged as the data does.
        what: What was compared with what, in one phrase.
        least: The agreement that is demanded.
    """

    name: str
    n: int
    agreement: float
    what: str
    least: float = 0.0

    @property
    def met(self) -> bool:
        """Whether the agreement is as high as demanded."""
        return self.n > 0 and self.agreement >= self.least
