"""Evaluators of answers: a plugin of redraft."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from redraft import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft import Evaluator

__all__ = ["redraft_agents", "redraft_evaluators", "redraft_graphs"]

_HERE = Path(__file__).parent


@hookimpl
def redraft_evaluators() -> list[Evaluator]:
    """Register the evaluators."""
    from redraft_qa import (
        agreement,
        equations,
        evidence,
        exact_match,
        f1,
        grounding,
        numeric,
        program,
        relevance,
        solution,
        units,
    )

    return [
        agreement.agreement,
        equations.equations,
        evidence.evidence,
        exact_match.exact_match,
        f1.f1,
        grounding.grounding,
        numeric.numeric,
        program.program,
        relevance.relevance,
        solution.solution,
        units.units,
    ]


@hookimpl
def redraft_agents() -> Iterable[Path]:
    """Register the agents that `agreement` and `program` ask."""
    return sorted(_HERE.glob("agents/*.md"))


@hookimpl
def redraft_graphs() -> Iterable[Path]:
    """Register the graphs for questions about a passage, and for questions that are calculated."""
    return sorted(_HERE.glob("graphs/*.toml"))
