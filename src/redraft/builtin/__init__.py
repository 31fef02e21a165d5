"""The built-in evaluators: themselves a plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.builtin import artefact, coverage, form, judge, length, repetition
from redraft.hookspecs import hookimpl

if TYPE_CHECKING:
    from redraft.evaluation import Evaluator

__all__ = ["redraft_evaluators"]


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
