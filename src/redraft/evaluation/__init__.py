"""Evaluation: what scores a draft, however it is written, becomes a verdict.

Everything is imported when it is first used: the process that a plugin's evaluator runs in needs little of it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redraft.evaluation.assessment import Use, assess
    from redraft.evaluation.calling import warm
    from redraft.evaluation.context import Context, Models
    from redraft.evaluation.declaration import Cost, Evaluator, Isolation, Need, evaluator

_HOMES = {
    "Context": "context",
    "Cost": "declaration",
    "Evaluator": "declaration",
    "Isolation": "declaration",
    "Models": "context",
    "Need": "declaration",
    "Use": "assessment",
    "assess": "assessment",
    "evaluator": "declaration",
    "warm": "calling",
}

__all__ = ["Context", "Cost", "Evaluator", "Isolation", "Models", "Need", "Use", "assess", "evaluator", "warm"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'redraft.evaluation' has no attribute '{name}'")
    return getattr(importlib.import_module(f"redraft.evaluation.{_HOMES[name]}"), name)
