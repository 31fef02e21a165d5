"""Evaluation: what scores a draft, however it is written, becomes a verdict."""

from __future__ import annotations

from redraft.evaluation.assessment import Use, assess
from redraft.evaluation.context import Context, Models
from redraft.evaluation.evaluator import Cost, Evaluator, evaluator

__all__ = ["Context", "Cost", "Evaluator", "Models", "Use", "assess", "evaluator"]
