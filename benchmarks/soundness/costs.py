"""What lint costs on large graphs, beside what networkx takes for components and reach of the same graph."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx

from benchmarks.soundness.world import BOOK, REGISTRY
from redraft.graph.builder import Graph
from redraft.graph.lint import lint

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.graph.spec import GraphSpec

__all__ = ["SECOND", "Cost", "chain", "complete", "costs", "looped"]

SECOND = 1.0
"""Seconds of CPU time that lint may take."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU time, each the least of three."""

    name: str
    nodes: int
    edges: int
    lint: float
    networkx: float


def costs() -> list[Cost]:
    """Measure."""
    return [_cost(make()) for make in (chain, looped, complete)]


def chain(nodes: int = 1000) -> GraphSpec:
    """Return a graph whose nodes, writers and evaluators in turns, stand in a row."""
    graph, names = Graph("a row"), [f"n{number}" for number in range(nodes)]
    for number, name in enumerate(names):
        graph.node(name, **({"evaluators": {"proof": 1.0}} if number % 2 else {"agent": "writer"}))
    return graph.edge("start", *names, "end").spec()


def looped(nodes: int = 1000) -> GraphSpec:
    """Return a row of loops: write, evaluate, criticise, revise."""
    graph = Graph("a row of loops").stop(rounds=2)
    last = "start"
    for number in range(nodes // 4):
        writer, scores, critic, reviser = (f"{kind}{number}" for kind in ("writer", "scores", "critic", "reviser"))
        graph.node(writer, agent="writer").node(scores, evaluators={"proof": 1.0})
        graph.node(critic, agent="critic").node(reviser, agent="reviser")
        graph.edge(last, writer, scores).edge(scores, critic, reviser, scores, when={"not": "stop"})
        last = scores
    return graph.edge(last, "end").spec()


def complete(nodes: int = 300) -> GraphSpec:
    """Return a graph whose every node leads to every other one, and to the end."""
    graph, names = Graph("a complete digraph"), [f"n{number}" for number in range(nodes)]
    for name in names:
        *others, last = [other for other in names if other != name]
        graph.node(name, agent="writer").edge(name, "end", when="stop")
        for number, other in enumerate(others):
            graph.edge(name, other, when={"tokens": number + 1})
        graph.edge(name, last)
    return graph.edge("start", "n0").spec()


def _cost(spec: GraphSpec) -> Cost:
    with_networkx = _seconds(lambda: _reach(spec))
    return Cost(
        spec.name,
        len(spec.nodes),
        len(spec.edges),
        # A copy, for a graph remembers the exits of its nodes.
        _seconds(lambda: lint(spec.model_copy(update={"edges": (*spec.edges,)}), REGISTRY, BOOK)),
        with_networkx,
    )


def _reach(spec: GraphSpec) -> None:
    graph = nx.DiGraph((edge.source, edge.target) for edge in spec.edges)
    list(nx.strongly_connected_components(graph))
    nx.descendants(graph, "start")
    nx.ancestors(graph, "end")


def _seconds(work: Callable[[], object]) -> float:
    taken = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            began = time.process_time()
            work()
            taken.append(time.process_time() - began)
    finally:
        gc.enable()
    return min(taken)
