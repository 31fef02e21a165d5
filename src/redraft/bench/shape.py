"""The shape of a graph whose loop is one path: what writes the first draft, what evaluates, what goes round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.graph.spec import AgentNode, CallNode, EvaluateNode, SelectNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.graph.spec import GraphSpec, Node

__all__ = ["Shape", "kind_written", "shape_of"]


@dataclass(frozen=True, slots=True)
class Shape:
    """The nodes of a loop by what they do.

    Args:
        first: From the start to the first verdict; of those that write side by side, the first one.
        evaluate: What gives the verdict.
        back: From a verdict to the next one; empty where the graph has no loop, None where that is not one path.
        critics: Those of `back` that write a critique.
    """

    first: tuple[str, ...]
    evaluate: str
    back: tuple[str, ...] | None
    critics: frozenset[str]


def shape_of(spec: GraphSpec, writes: Callable[[str], str]) -> Shape | None:
    """Return the shape of a graph; None where a graph in it, a person or a choice is on the way to the first verdict.

    Args:
        spec: The graph.
        writes: Returns what the agent of a name writes.
    """
    way = _way(spec, "start")
    if way is None or way[-1] == "end" or any(isinstance(spec.nodes[name], SelectNode) for name in way):
        return None
    *first, evaluate = way
    back = _back(spec, evaluate)
    names = back or ()
    critics = frozenset(name for name in names if kind_written(spec.nodes[name], writes) == "critique")
    return Shape(tuple(first), evaluate, back, critics)


def _back(spec: GraphSpec, evaluate: str) -> tuple[str, ...] | None:
    """Return the nodes from a verdict to the next one, as `Shape.back` has them."""
    way = _way(spec, evaluate)
    if way is None or way[-1] == "end":
        return way and ()
    *back, last = way
    alone = all(_is_alone(spec, name) for name in (evaluate, *back))
    return tuple(back) if last == evaluate and alone else None


def _way(spec: GraphSpec, node: str) -> tuple[str, ...] | None:
    """Return the nodes from one to the next that evaluates, or to the end, where no condition holds."""
    way: list[str] = []
    while True:
        last = spec.exits().get(node, ())[-1:]
        if not last or (node := last[0].targets[0]) in way:
            return None
        way.append(node)
        if node == "end" or isinstance(spec.nodes[node], EvaluateNode):
            return tuple(way)
        if not isinstance(spec.nodes[node], AgentNode | CallNode | SelectNode):
            return None


def _is_alone(spec: GraphSpec, name: str) -> bool:
    """Return whether a node writes one thing, and leads to one node."""
    node, last = spec.nodes[name], spec.exits()[name][-1]
    return len(last.targets) == 1 and not isinstance(node, SelectNode) and getattr(node, "samples", 1) == 1


def kind_written(node: Node, writes: Callable[[str], str]) -> str:
    """Return what a node writes: `draft`, `critique`, or something else.

    Args:
        node: The node.
        writes: Returns what the agent of a name writes.
    """
    if isinstance(node, AgentNode):
        return writes(node.agent)
    return node.writes if isinstance(node, CallNode) and isinstance(node.writes, str) else "note"
