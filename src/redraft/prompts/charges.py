"""What an operator in a template costs, charged before it is worked out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from redraft.prompts.budget import weigh

if TYPE_CHECKING:
    from redraft.prompts.budget import Budget

__all__ = ["charge"]

_WIDE = re.compile(r"%(?:\([^)]*\))?[-+ #0]*(?:\*|\d{4}|\d*\.(?:\*|\d{4}))")

WIDEST_BASE = 10**6
WIDEST_POWER = 64


def charge(budget: Budget, operator: str, left: Any, right: Any) -> None:
    """Charge `left operator right`.

    Raises:
        Exhausted: It costs more than is left.
        ValueError: It asks for a power or a width beyond all use.
    """
    if isinstance(left, int | float) and isinstance(right, int | float):
        _charge_number(budget, operator, left, right)
        return
    budget.spend_on(left, right)
    if operator == "*" and isinstance(right, int):
        budget.spend(weigh(left, budget.left) * max(right, 0))
    elif operator == "*" and isinstance(left, int):
        budget.spend(weigh(right, budget.left) * max(left, 0))
    elif operator == "%" and isinstance(left, str):
        if _WIDE.search(left):
            raise ValueError("a width in a format is at most 999")
        budget.spend(left.count("%") * (1000 + weigh(right, budget.left)))


def _charge_number(budget: Budget, operator: str, left: float, right: float) -> None:
    if operator == "**" and not (abs(left) <= WIDEST_BASE and abs(right) <= WIDEST_POWER):
        raise ValueError(f"a power is at most {WIDEST_BASE} ** {WIDEST_POWER}")
    budget.spend_on(left, right)
    if operator == "*" and isinstance(left, int) and isinstance(right, int):
        budget.spend((left.bit_length() * right.bit_length()) // 64)
