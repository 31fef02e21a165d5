"""The ways to spend tokens on a task: a graph's own loop, and rivals made of its parts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from redraft.bench.shape import kind_written, shape_of
from redraft.convergence import StopRules
from redraft.graph.condition import NoProblems, StopCondition
from redraft.graph.spec import Edge, GraphSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from redraft.bench.recorded import MethodName, Run
    from redraft.bench.shape import Shape
    from redraft.graph.condition import Condition
    from redraft.graph.spec import Node

__all__ = ["CHAIN", "RIVALS", "Method", "Methods", "methods_of"]

CHAIN = 3
"""Rounds that a chain without stops goes, where the graph allows as many."""

RIVALS: Mapping[str, tuple[str, MethodName]] = {
    "best_of_n": ("best-of-N", "samples"),
    "self_consistency": ("self-consistency", "samples"),
    "no_critique": ("no critique", "no_critique"),
    "self_critique": ("self-critique alone", "self_critique"),
}
"""Every rival: what people call it, and the method whose runs it is read off."""

_OFF: dict[str, Any] = {"verified": False, "fixpoint": False, "oscillation": None, "regression": False, "rounds": 1000}


@dataclass(frozen=True, slots=True)
class Method:
    """One way to spend tokens.

    Args:
        name: Its name.
        spec: The graph that does it.
        contents: The rules of `score` and `verified` that say whether a draft is what the graph asks for.
        limited: Whether it has no more tokens than the loop used on the same task.
        evaluates: Whether the evaluators are asked.
    """

    name: MethodName
    spec: GraphSpec
    contents: StopRules
    limited: bool = True
    evaluates: bool = True

    def wanted(self, loop: Run) -> bool:
        """Return whether it has to be run where the loop ran so: what ends with the first draft is the same for all."""
        if self.name == "votes":
            return loop.evaluators_write
        return not self.limited or len(loop.drafts) > 1


@dataclass(frozen=True, slots=True)
class Methods:
    """The methods of a graph, its own loop first, and why a rival cannot be made of it."""

    made: tuple[Method, ...]
    missing: Mapping[str, str]


def methods_of(spec: GraphSpec, writes: Callable[[str], str]) -> Methods:
    """Return the ways to spend tokens that a graph's parts allow.

    All have the nodes that write the first draft, whose first visit has the same seed everywhere: they share it. Where
    several first drafts are written, a rival begins with the first of them.

    Args:
        spec: The graph.
        writes: Returns what the agent of a name writes.
    """
    rules = _rules(score=spec.stop.score, verified=spec.stop.verified)
    loop = Method("loop", spec, rules, limited=False)
    shape = shape_of(spec, writes)
    if shape is None or not shape.first:
        return Methods((loop,), dict.fromkeys(RIVALS, "a graph, a person or a choice is on its way to a verdict"))
    again = _round(spec, shape, _rules(), shape.first)
    made = [loop, Method("samples", again, rules), Method("votes", again, rules, evaluates=False)]
    back = shape.back or ()
    rest = tuple(name for name in back if name not in shape.critics)
    if not any(kind_written(spec.nodes[name], writes) == "draft" for name in rest):
        why = "its way back is not one path" if shape.back is None else "nothing in the graph revises a draft"
        return Methods(tuple(made), {"no_critique": why, "self_critique": why})
    chain = _round(spec, shape, _rules(rounds=min(CHAIN, spec.stop.rounds)), back)
    made += [
        Method("chain", chain, rules, limited=False),
        Method("no_critique", _round(spec, shape, rules, rest), rules),
    ]
    if not shape.critics:
        return Methods(tuple(made), {"self_critique": "the graph has no critic"})
    believing = _believing(_round(spec, shape, _rules(), back), shape)
    return Methods((*made, Method("self_critique", believing, rules, evaluates=False)), {})


def _rules(**on: Any) -> StopRules:
    """Return stop rules of which only those named are on."""
    return StopRules.model_validate(_OFF | on)


def _round(spec: GraphSpec, shape: Shape, stop: StopRules, back: tuple[str, ...]) -> GraphSpec:
    """Return the graph with other rules and another way from a verdict to the next draft."""
    there = [Edge(source=a, target=b) for a, b in pairwise(("start", *shape.first, shape.evaluate))]
    known = {(edge.source, edge.target) for edge in there}
    ways = [Edge(source=a, target=b) for a, b in pairwise((shape.evaluate, *back, shape.evaluate))]
    edges = (
        *there,
        _end(shape.evaluate, StopCondition()),
        *(way for way in ways if (way.source, way.target) not in known),
    )
    names = {*shape.first, shape.evaluate, *back}
    nodes = {name: _one(_within(node, names)) for name, node in spec.nodes.items() if name in names}
    return spec.model_copy(update={"nodes": nodes, "edges": _numbered(edges), "stop": stop})


def _within(node: Node, names: Collection[str]) -> Node:
    """Return a node that falls back to nothing that is not there."""
    if getattr(node, "fallback", None) in {None, "end", *names}:
        return node
    return node.model_copy(update={"fallback": None})


def _one(node: Node) -> Node:
    """Return a node that writes one draft at a time."""
    return node.model_copy(update={"samples": 1}) if getattr(node, "samples", 1) > 1 else node


def _believing(spec: GraphSpec, shape: Shape) -> GraphSpec:
    """Return the graph with a way to its end behind each critic that finds nothing."""
    edges: list[Edge] = []
    for edge in spec.edges:
        if edge.source in shape.critics:
            edges.append(_end(edge.source, NoProblems()))
        edges.append(edge)
    return spec.model_copy(update={"edges": _numbered(edges)})


def _end(source: str, when: Condition) -> Edge:
    return Edge(source=source, target="end", when=when)


def _numbered(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    return tuple(edge.model_copy(update={"path": number}) for number, edge in enumerate(edges))
