"""A ledger of what failed attempts cost: LangGraph keeps no state of them, and budgets count them all the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Attempts", "Cost", "Ledger"]

Attempts: TypeAlias = tuple[str, str, int]
"""The attempts at one visit: the run, the node, the visit's number."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Tokens that were read and written, and drafts that were finished."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    drafts: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.drafts + other.drafts,
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the attempts at each visit that is under way have cost so far."""

    costs: dict[Attempts, Cost] = field(default_factory=dict)

    def of(self, attempts: Attempts) -> Cost:
        """Return what the attempts have cost so far."""
        return self.costs.get(attempts, Cost())

    def add(self, attempts: Attempts, cost: Cost) -> None:
        """Add what an attempt that failed has cost."""
        self.costs[attempts] = self.of(attempts) + cost

    def settle(self, attempts: Attempts) -> Cost:
        """Return what the attempts have cost, and forget them."""
        return self.costs.pop(attempts, Cost())
