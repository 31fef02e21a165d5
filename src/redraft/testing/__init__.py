"""The author's kit: what a test of an agent, a graph or an evaluator needs.

Everything is imported when it is first used: pytest loads this package in every project that has redraft installed.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redraft.testing.builders import make_draft, make_task
    from redraft.testing.conformance import CheckResult, EvaluatorTests, run_checks
    from redraft.testing.scripted import ScriptedEngine
    from redraft.testing.scripted_models import ScriptedModels
    from redraft.testing.scripted_run import ScriptedRun, run_scripted

_HOMES = {
    "CheckResult": "conformance",
    "EvaluatorTests": "conformance",
    "ScriptedEngine": "scripted",
    "ScriptedModels": "scripted_models",
    "ScriptedRun": "scripted_run",
    "make_draft": "builders",
    "make_task": "builders",
    "run_checks": "conformance",
    "run_scripted": "scripted_run",
}

__all__ = [
    "CheckResult",
    "EvaluatorTests",
    "ScriptedEngine",
    "ScriptedModels",
    "ScriptedRun",
    "make_draft",
    "make_task",
    "run_checks",
    "run_scripted",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'redraft.testing' has no attribute '{name}'")
    return getattr(importlib.import_module(f"redraft.testing.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
