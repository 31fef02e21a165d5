"""Evaluators of Python code: does it parse, pass its tests, lint, stay simple, run fast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from redraft import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft import Evaluator

__all__ = ["redraft_evaluators", "redraft_graphs"]


@hookimpl
def redraft_evaluators() -> list[Evaluator]:
    """Register the evaluators."""
    from redraft_code import complexity, examples, hidden_tests, lint, parses, runtime

    return [
        complexity.complexity,
        examples.examples,
        hidden_tests.hidden_tests,
        lint.lint,
        parses.parses,
        runtime.runtime,
    ]


@hookimpl
def redraft_graphs() -> Iterable[Path]:
    """Register the graphs."""
    return sorted(Path(__file__).parent.glob("graphs/*.toml"))
