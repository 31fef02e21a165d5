"""A graph cut down to one measured round: its own loop, and its critic before every first draft."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx

from redraft.bench.identity import identity_of_runs
from redraft.bench.methods import RIVALS, Method, Methods
from redraft.bench.shape import kind_written, shape_of
from redraft.convergence import StopRules
from redraft.errors import UsageError
from redraft.files import cache_dir
from redraft.graph.spec import AgentNode, GraphNode
from redraft.llama.memory.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from redraft.agents import Agent
    from redraft.bench.subject import Subject
    from redraft.graph.spec import GraphSpec, Node
    from redraft.registry import Registry

__all__ = ["critic_of", "once", "require_loop", "written_by"]

PASSES = StopRules(fixpoint=False, oscillation=None, regression=False, rounds=1000)
"""Says whether the verifiers pass a draft."""


def require_loop(spec: GraphSpec, writes: Callable[[str], str]) -> None:
    """Refuse a graph that never writes a draft again.

    Args:
        spec: The graph.
        writes: Returns what the agent of a name writes.

    Raises:
        UsageError: Nothing in it revises.
    """
    groups = (group for group in nx.strongly_connected_components(spec.to_networkx()) if len(group) > 1)
    if not any(_drafts(spec.nodes[name], writes) for group in groups for name in group):
        mend = "Advise one with a way back to a node that evaluates, such as `refine`."
        where = str(spec.place("edges").file)
        raise UsageError(f"nothing in graph '{spec.name}' revises a draft: there is no round", where=where, mend=mend)


def _drafts(node: Node, writes: Callable[[str], str]) -> bool:
    return isinstance(node, GraphNode) or kind_written(node, writes) == "draft"


def once(subject: Subject, agents: Mapping[str, Agent], registry: Registry) -> Subject:
    """Return a subject whose loop makes one round at most, and that has no rivals."""
    return _as(subject, "loop", _of_rounds(subject.spec, 1), agents, registry)


def critic_of(subject: Subject, agents: Mapping[str, Agent], registry: Registry) -> Subject | None:
    """Return a subject in which the critic reads every first draft, and the reviser revises it; None without one."""
    shape = shape_of(subject.spec, lambda agent: agents[agent].writes)
    chain = next((method for method in subject.methods.made if method.name == "chain"), None)
    if shape is None or chain is None or not shape.critics:
        return None
    return _as(subject, "critic", _of_rounds(chain.spec, 1), agents, registry)


def written_by(
    subject: Subject, model: Path, agents: Mapping[str, Agent], registry: Registry, *, first: Subject
) -> Subject:
    """Return a subject whose first drafts another model writes.

    Args:
        subject: The critic's, from `critic_of`.
        model: The other model's file.
        agents: The agents by name.
        registry: What plugins registered.
        first: The whole subject, which says who writes first.
    """
    shape = shape_of(first.spec, lambda agent: agents[agent].writes)
    names = () if shape is None else shape.first
    nodes = {
        name: node.model_copy(update={"model": str(model)}) if name in names and isinstance(node, AgentNode) else node
        for name, node in subject.spec.nodes.items()
    }
    spec = subject.spec.model_copy(update={"nodes": nodes})
    other = _as(subject, "other", spec, agents, registry)
    # The spec has the file's name; another file under that name writes other drafts.
    return replace(other, runs=other.runs.with_name(f"{other.runs.name}-{fingerprint(model)[:8]}"))


def _of_rounds(spec: GraphSpec, rounds: int) -> GraphSpec:
    return spec.model_copy(update={"stop": spec.stop.of_rounds(rounds)})


def _as(subject: Subject, key: str, spec: GraphSpec, agents: Mapping[str, Agent], registry: Registry) -> Subject:
    """Return a subject with another graph, the loop of which is all that is run."""
    method = Method("loop", spec, PASSES, limited=False)
    folder = cache_dir() / "bench" / f"{spec.name}-{identity_of_runs(spec, subject.model, agents, registry)}"
    missing = dict.fromkeys(RIVALS, "only one round is measured")
    return replace(subject, key=key, spec=spec, methods=Methods((method,), missing), runs=folder)
