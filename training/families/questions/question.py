"""A question with its answer, and every way to prove it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MARK", "Question"]

MARK = "Answer:"
"""What stands in front of the answer."""


@dataclass(frozen=True)
class Question:
    """A question.

    Attributes:
        text: What is asked.
        answer: The answer alone.
        proofs: What may stand before it: a quotation, or a calculation in each order; the usual one first.
    """

    text: str
    answer: str
    proofs: tuple[str, ...]

    @property
    def solutions(self) -> list[str]:
        """Every right draft, the usual one first."""
        return [f"{proof} {MARK} {self.answer}." for proof in self.proofs]
