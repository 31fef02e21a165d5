"""Lint: what is wrong with a graph, said before any model is loaded."""

from redraft.graph.lint.explanation import Explanation, explain
from redraft.graph.lint.finding import RULES, Finding, Rule
from redraft.graph.lint.linting import lint, require_clean
from redraft.graph.lint.room import Window

__all__ = ["RULES", "Explanation", "Finding", "Rule", "Window", "explain", "lint", "require_clean"]
