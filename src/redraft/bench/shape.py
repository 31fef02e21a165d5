"""The shape of a graph whose loop is one path: what writes the first draft, what evaluates, what goes round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.graph.spec import AgentNode, CallNode, EvaluateNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.graph.spec import GraphSpec, Node

__all__ = ["Shape", "kind_written", "shape_of"]


@dataclass(frozen=True, slots=True)
class Shape:
    """The nodes of a loop by what they do.

    Args:
        first: From the start to the first verdict.
        evaluate: What gives the verdict.
        back: From a verdict to the next one; empty where the graph has no loop, None where that is not one path.
        critics: Those of `back` that write a critique.
    """

    first: tuple[str, ...]
    evaluate: str
    back: tuple[str, ...] | None
    critics: frozenset[str]


def shape_of(spec: GraphSpec, writes: Callable[[str], str]) -> Shape | None:
    """Return the shape of a graph; None where something in it is done side by side, chosen, asked or nested.

    Args:
        spec: The graph.
        writes: Returns what the agent of a name writes.
    """
    way = _way(spec, "start")
    if way is None or way[-1] == "end":
        return None
    *first, evaluate = way
    back = _way(spec, evaluate)
    if back is None or back[-1] != evaluate:
        return Shape(tuple(first), evaluate, None if back is None or back[-1] != "end" else (), frozenset())
    round_ = back[:-1]
    critics = frozenset(name for name in round_ if kind_written(spec.nodes[name], writes) == "critique")
    return Shape(tuple(first), evaluate, round_, critics)


def _way(spec: GraphSpec, node: str) -> tuple[str, ...] | None:
    """Return the nodes from one to the next that evaluates, or to the end, where no condition holds."""
    way: list[str] = []
    while True:
        last = spec.exits().get(node, ())[-1:]
        if not last or len(last[0].targets) > 1:
            return None
        node = last[0].targets[0]
        if node in way:
            return None
        way.append(node)
        if node == "end" or isinstance(spec.nodes[node], EvaluateNode):
            return tuple(way)
        if not _is_plain(spec.nodes[node]):
            return None


def _is_plain(node: Node) -> bool:
    return isinstance(node, CallNode) or (isinstance(node, AgentNode) and node.samples == 1)


def kind_written(node: Node, writes: Callable[[str], str]) -> str:
    """Return what a node writes: `draft`, `critique`, or something else.

    Args:
        node: The node.
        writes: Returns what the agent of a name writes.
    """
    if isinstance(node, AgentNode):
        return writes(node.agent)
    return node.writes if isinstance(node, CallNode) and isinstance(node.writes, str) else "note"
