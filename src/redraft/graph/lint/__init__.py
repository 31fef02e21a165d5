"""Lint: what is wrong with a graph, said before any model is loaded."""

from redraft.graph.lint.finding import RULES, Finding, Rule
from redraft.graph.lint.linting import lint, require_clean

__all__ = ["RULES", "Finding", "Rule", "lint", "require_clean"]
