"""redraft: a local language model improves its own answer until it stops getting better.

Everything public is imported when it is first used, so that `import redraft` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redraft.errors import RedraftError
    from redraft.evaluation import Evaluator, evaluator
    from redraft.graph.builder import Graph
    from redraft.graph.loading import load_graph
    from redraft.graph.spec import GraphSpec
    from redraft.graph.state import SAVED_TYPES
    from redraft.hookspecs import hookimpl
    from redraft.runs.compiling import compile  # noqa: A004
    from redraft.runs.loading import load_model
    from redraft.runs.run import LiveRun, arun, astream, run, stream
    from redraft.task import Assessed, Critique, Draft, Message, Outcome, Problem, Score, Task, Verdict

_HOMES = {
    "SAVED_TYPES": "graph.state",
    "Assessed": "task",
    "Critique": "task",
    "Draft": "task",
    "Evaluator": "evaluation",
    "Graph": "graph.builder",
    "GraphSpec": "graph.spec",
    "LiveRun": "runs.run",
    "Message": "task",
    "Outcome": "task",
    "Problem": "task",
    "RedraftError": "errors",
    "Score": "task",
    "Task": "task",
    "Verdict": "task",
    "arun": "runs.run",
    "astream": "runs.run",
    "compile": "runs.compiling",
    "evaluator": "evaluation",
    "hookimpl": "hookspecs",
    "load_graph": "graph.loading",
    "load_model": "runs.loading",
    "run": "runs.run",
    "stream": "runs.run",
}

__all__ = [
    "SAVED_TYPES",
    "Assessed",
    "Critique",
    "Draft",
    "Evaluator",
    "Graph",
    "GraphSpec",
    "LiveRun",
    "Message",
    "Outcome",
    "Problem",
    "RedraftError",
    "Score",
    "Task",
    "Verdict",
    "arun",
    "astream",
    "compile",
    "evaluator",
    "hookimpl",
    "load_graph",
    "load_model",
    "run",
    "stream",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'redraft' has no attribute '{name}'")
    return getattr(importlib.import_module(f"redraft.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
