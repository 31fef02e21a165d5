"""Every hook of redraft. A plugin marks the ones that it has with `@hookimpl`; all only register things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from redraft.convergence import Check
    from redraft.evaluation import Evaluator

__all__ = [
    "HOOKS_VERSION",
    "hookimpl",
    "hookspec",
    "redraft_agents",
    "redraft_checks",
    "redraft_evaluators",
    "redraft_graphs",
    "redraft_models",
    "redraft_nodes",
    "redraft_observers",
]

HOOKS_VERSION = 1
"""The version of these hooks. A module that needs later ones says so: `REDRAFT_HOOKS = 2`."""

hookspec = pluggy.HookspecMarker("redraft")
hookimpl = pluggy.HookimplMarker("redraft")


@hookspec
def redraft_evaluators() -> Iterable[Evaluator]:
    """Return evaluators: `return [politeness]`."""
    return ()


@hookspec
def redraft_checks() -> Mapping[str, Check]:
    """Return checks by name, for `[stop]` and `when`: `return {"enough": enough}`."""
    return {}


@hookspec
def redraft_agents() -> Iterable[Path]:
    """Return agent files: `return Path(__file__).parent.glob("agents/*.md")`."""
    return ()


@hookspec
def redraft_graphs() -> Iterable[Path]:
    """Return graph files: `return Path(__file__).parent.glob("graphs/*.toml")`."""
    return ()


@hookspec
def redraft_nodes() -> Mapping[str, Callable[..., Any]]:
    """Return functions that a graph's node may call, by name: `return {"shorten": shorten}`."""
    return {}


@hookspec
def redraft_models() -> Iterable[Path]:
    """Return model files: `return [Path(__file__).parent / "tiny.gguf"]`."""
    return ()


@hookspec
def redraft_observers() -> Mapping[str, Callable[[Any], None]]:
    """Return functions that see each event of a run, by name: `return {"notify": notify}`."""
    return {}
