"""Whom a graph asks: the agents of its nodes, and those that its evaluators ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.graph.spec import AgentNode, EvaluateNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redraft.evaluation import Evaluator
    from redraft.graph.spec import EvaluatorUse, GraphSpec
    from redraft.registry import Registry

__all__ = ["agent_of", "agents_asked", "uses_of"]


def uses_of(spec: GraphSpec) -> Iterator[EvaluatorUse]:
    """Yield the evaluators of a graph and of every graph in it, as its nodes use them."""
    for graph in spec.whole():
        for node in graph.nodes.values():
            if isinstance(node, EvaluateNode):
                yield from node.evaluators


def agents_asked(spec: GraphSpec, registry: Registry) -> list[str]:
    """Return the names of all agents that a graph asks, sorted.

    Raises:
        DefinitionError: An evaluator is not there, or its parameters do not fit.
    """
    nodes = (node for graph in spec.whole() for node in graph.nodes.values())
    names = {node.agent for node in nodes if isinstance(node, AgentNode)}
    asked = (agent_of(registry.evaluator(use.name), use.params) for use in uses_of(spec))
    return sorted(names | {name for name in asked if name})


def agent_of(evaluator: Evaluator, params: Mapping[str, Any]) -> str | None:
    """Return the agent that an evaluator asks: the one in the field `agent` of its parameters."""
    name = getattr(evaluator.validate_params(params), "agent", None)
    return name if isinstance(name, str) else None
