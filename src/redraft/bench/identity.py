"""What identifies runs: the same graph, agents, evaluators, model and task make the same ones."""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redraft.graph.asked import agents_asked, uses_of
from redraft.llama.memory.fingerprint import fingerprint
from redraft.registry import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from redraft.agents import Agent
    from redraft.evaluation import Evaluator
    from redraft.graph.spec import EvaluatorUse, GraphSpec
    from redraft.registry import Registry
    from redraft.task import Task

__all__ = ["identity_of_runs", "identity_of_truth", "name_of"]

CODE = frozenset({".json", ".py", ".toml"})
"""Ends of the names of files that decide what an evaluator says."""

APART = frozenset({"agents", "graphs"})
"""Folders whose files are looked at where they are used."""

FORM = "2"
"""The form of what is kept; another one makes all of it anew."""


def name_of(task: Task) -> str:
    """Return a task's digest: messages and inputs make it, and nothing that only the truth knows."""
    return _digest([task.model_dump_json()])


def identity_of_runs(spec: GraphSpec, model: Path, agents: Mapping[str, Agent], registry: Registry) -> str:
    """Return what identifies the runs of a graph on a model, whatever it is measured by.

    Args:
        spec: The graph.
        model: The file of the model that serves `default`.
        agents: The agents by name.
        registry: What plugins registered.
    """
    parts = [FORM, version("redraft"), fingerprint(model)]
    parts += [graph.model_dump_json(exclude={"name", "description", "embedded", "bench"}) for graph in spec.whole()]
    parts += [
        agents[name].model_dump_json(exclude={"origin"}) for name in agents_asked(spec, registry) if name in agents
    ]
    evaluators = [registry.evaluator(use.name) for use in uses_of(spec)]
    return _digest([*parts, *_code(evaluators)])


def identity_of_truth(uses: Iterable[EvaluatorUse], registry: Registry) -> str:
    """Return what identifies a truth: its evaluators with weights and parameters, and their code."""
    used = list(uses)
    return _digest(
        [FORM, *(use.model_dump_json() for use in used), *_code(registry.evaluator(use.name) for use in used)]
    )


def _code(evaluators: Iterable[Evaluator]) -> Iterator[str]:
    """Yield what tells the code of evaluators from another version of it: their distributions', their folders' own."""
    folders: set[Path] = set()
    for evaluator in sorted(evaluators, key=lambda one: one.full_name):
        distribution = evaluator.brought_by or BUILTIN
        try:
            yield f"{distribution} {version(distribution)}"
        except PackageNotFoundError:
            yield distribution
        folders |= {folder} if (folder := _folder(evaluator)) else set()
    for folder in sorted(folders):
        files = (file for file in folder.rglob("*") if file.suffix in CODE and file.parent.name not in APART)
        yield from (hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest() for file in sorted(files))


def _folder(evaluator: Evaluator) -> Path | None:
    """Return the folder of an evaluator's package, of a built-in one the folder of its kind; None where it has none."""
    function: Any = evaluator.function
    module = str(getattr(function, "__module__", ""))
    package = module.rpartition(".")[0] if module.startswith("redraft.") else module.partition(".")[0]
    paths = getattr(sys.modules.get(package), "__path__", None)
    return Path(next(iter(paths))) if paths else None


def _digest(parts: Iterable[str]) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()
