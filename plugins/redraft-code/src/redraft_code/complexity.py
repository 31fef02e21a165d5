"""The evaluator `complexity`: whether each function of the draft's code is simple enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex
from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft_code.extraction import extract
from redraft_code.linter import findings
from redraft_code.syntax import fault_of

if TYPE_CHECKING:
    from redraft import Draft

__all__ = ["ComplexityParams", "complexity"]

_MESSAGE = regex.compile(r"`(?P<name>.*)` is too complex \((?P<paths>\d+) > \d+\)")


class ComplexityParams(BaseModel):
    """How complex a function may be.

    Attributes:
        most: The highest cyclomatic complexity that a function may have.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    most: int = Field(default=10, ge=1, le=1000)


@evaluator("complexity", kind="heuristic", params=ComplexityParams, cost="medium")
def complexity(draft: Draft, params: ComplexityParams) -> Score:
    """Whether no function has more paths than allowed; the value falls with the paths of the worst."""
    code = extract(draft.text)
    fault = fault_of(code)
    if fault:
        return Score(0.0, [fault])
    found = findings(code, ["C901"], options=[f"lint.mccabe.max-complexity={params.most}"])
    complex_ones = [(finding.line, match) for finding in found if (match := _MESSAGE.fullmatch(finding.message))]
    worst = max((int(match["paths"]) for _, match in complex_ones), default=params.most)
    reasons = [
        f"line {line}: {match['name']} has a complexity of {match['paths']}, at most {params.most} wanted"
        for line, match in complex_ones
    ]
    return Score(params.most / worst, reasons)
