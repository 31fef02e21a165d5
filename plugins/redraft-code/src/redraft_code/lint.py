"""The evaluator `lint`: what Ruff finds in the draft's code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from redraft import Score, evaluator
from redraft_code.extraction import extract
from redraft_code.linter import findings
from redraft_code.syntax import fault_of

if TYPE_CHECKING:
    from redraft import Draft

__all__ = ["LintParams", "lint"]


class LintParams(BaseModel):
    """Which rules of Ruff count.

    Attributes:
        select: The rules or their prefixes: by default errors, undefined and unused names, and likely bugs.
        ignore: Rules left away among those.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    select: tuple[str, ...] = Field(default=("E4", "E7", "E9", "F", "B"), min_length=1)
    ignore: tuple[str, ...] = ()


@evaluator("lint", kind="heuristic", params=LintParams, cost="medium")
def lint(draft: Draft, params: LintParams) -> Score:
    """Share of the code's lines in which Ruff finds nothing."""
    code = extract(draft.text)
    fault = fault_of(code)
    if fault:
        return Score(0.0, [fault])
    found = findings(code, params.select, ignore=params.ignore)
    lines = sum(bool(line.strip()) for line in code.split("\n"))
    value = 1 - len({finding.line for finding in found}) / lines
    return Score(max(0.0, value), [f"line {f.line}: {f.message} ({f.rule})" for f in found])
