"""What redraft brings itself: evaluators, checks, agents, graphs and a model, registered as any plugin's are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.builtin import artefact, coverage, form, judge, length, repetition
from redraft.convergence import CHECKS
from redraft.files import embedded_model, library
from redraft.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from redraft.convergence import Check
    from redraft.evaluation import Evaluator

__all__ = ["redraft_agents", "redraft_checks", "redraft_evaluators", "redraft_graphs", "redraft_models"]


@hookimpl
def redraft_evaluators() -> list[Evaluator]:
    """Register the built-in evaluators."""
    return [
        artefact.artefact,
        coverage.coverage,
        form.form,
        judge.judge,
        length.length,
        repetition.repetition,
    ]


@hookimpl
def redraft_checks() -> Mapping[str, Check]:
    """Register the built-in checks."""
    return CHECKS


@hookimpl
def redraft_agents() -> list[Path]:
    """Register the agents of the library."""
    return sorted((library() / "agents").glob("*.md"))


@hookimpl
def redraft_graphs() -> list[Path]:
    """Register the graphs of the library."""
    return sorted((library() / "graphs").glob("*.toml"))


@hookimpl
def redraft_models() -> list[Path]:
    """Register the embedded model."""
    return [embedded_model()]
