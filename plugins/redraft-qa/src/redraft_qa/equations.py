"""The evaluator `equations`: whether what a draft calculates is so."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from redraft import Score, evaluator
from redraft.numbers import number_list
from redraft.reasons import few
from redraft_qa.equation import equation_list, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from redraft import Draft, Task
    from redraft_qa.equation import Equation

__all__ = ["EquationsParams", "equations"]


class EquationsParams(BaseModel):
    """What equations must be beside true.

    Attributes:
        given: Whether they may calculate only with numbers that the task gives, and with results of earlier ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    given: bool = False


@evaluator("equations", kind="verifier", params=EquationsParams)
def equations(draft: Draft, task: Task, params: EquationsParams) -> Score:
    """Share of the draft's equations that hold; a draft without one passes."""
    found = equation_list(draft.text)
    if not found:
        return Score(1.0)
    known = set(_numbers(task.prompt)) if params.given else None
    faults = [list(_faults(equation, known)) for equation in found]
    return Score(sum(not one for one in faults) / len(found), few(fault for one in faults for fault in one))


# Every draft of a run is asked the same.
@lru_cache(maxsize=64)
def _numbers(text: str) -> frozenset[Fraction]:
    return frozenset(abs(number.value) for number in number_list(text))


def _faults(equation: Equation, known: set[Fraction] | None) -> Iterator[str]:
    """Yield what is wrong with an equation; from then on its results are known."""
    if equation.fault:
        yield equation.fault
    if known is not None:
        yield from (f"{shown(number)} is not given" for number in equation.given if number not in known)
        known.update(side.value for side in equation.sides if side.value is not None)
