"""What goes round: cycles that may never end, oracles that steer one, critics that nothing sound stands before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from redraft.errors import RedraftError
from redraft.graph.termination import endless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject
    from redraft.graph.spec import EvaluatorUse

__all__ = ["loops"]

SHOWN = 6
"""How many nodes of a cycle are named."""


def loops(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the cycles."""
    for group in endless(subject.spec):
        yield _endless(subject, group)
    for node, evaluate in subject.evaluate_nodes.items():
        steers = f"the loop at '{node}'" if node in subject.loops else _choice(subject, node)
        for use in evaluate.evaluators if steers else ():
            yield from _oracle(subject, node, use, steers)
    for node in subject.graph_nodes:
        steers = f"the loop at '{node}'" if node in subject.loops else _choice(subject, node)
        if steers and node in subject.inner:
            yield from _oracles_within(subject, node, steers)
    yield from _critics(subject)


def _endless(subject: Subject, group: list[str]) -> Finding:
    inside = set(group)
    guard = next((e for e in subject.spec.edges if e.source in inside and e.when is not None), None)
    edges = (*subject.spec.edges, *subject.spec.fallbacks)
    edge = guard or next(e for e in edges if e.source in inside and e.target in inside)
    shown = " → ".join(group[:SHOWN]) + (" → …" if len(group) > SHOWN else f" → {group[0]}")
    message = f"the cycle {shown} may never end: 'rounds' alone does not suffice to leave it"
    mend = 'Add a path from a node of the cycle out of it, before its other paths, with when = "stop".'
    key = ("nodes", edge.source, "fallback") if edge.fallback else ("edges", edge.path, "when" if guard else "path")
    return subject.finding("G030", key, message, name=edge.source, mend=mend)


def _choice(subject: Subject, node: str) -> str:
    chosen = nx.descendants(subject.flow, node)
    return next((f"the choice at '{one}'" for one in subject.select_nodes if one in chosen), "")


def _oracle(subject: Subject, node: str, use: EvaluatorUse, steers: str) -> Iterator[Finding]:
    evaluator = subject.evaluator(use)
    if not isinstance(evaluator, RedraftError) and evaluator.kind == "oracle":
        key = ("nodes", node, "gates" if use.gate else "evaluators", use.name)
        message = f"'{use.name}' is an oracle, which reads the reference answer: it may not steer {steers}"
        yield subject.finding("G031", key, message, name=use.name)


def _oracles_within(subject: Subject, node: str, steers: str) -> Iterator[Finding]:
    inner = subject.inner[node].subject
    for name in inner.evaluate_nodes:
        for evaluator in inner.evaluators_at(name):
            if evaluator.kind == "oracle":
                what = f"'{evaluator.name}' in graph '{inner.spec.name}' is an oracle, which reads the reference answer"
                yield subject.finding("G031", ("nodes", node, "graph"), f"{what}: it may not steer {steers}", name=node)
    for name in inner.inner:
        yield from _oracles_within(inner, name, steers)


def _critics(subject: Subject) -> Iterator[Finding]:
    sound: set[str] = set()
    for node in (*subject.evaluate_nodes, *subject.inner):
        if _verifies(subject, node):
            sound |= nx.descendants(subject.flow, node)
    for node in subject.agent_nodes:
        agent = subject.agent_at(node)
        if agent and agent.writes == "critique" and node not in sound:
            message = f"no verifier stands before the critic '{node}'"
            yield subject.finding("G032", ("nodes", node), message, name=node)


def _verifies(subject: Subject, node: str) -> bool:
    """Return whether a node has a verifier, be it in a graph that it is."""
    if node in subject.inner:
        inner = subject.inner[node].subject
        return any(_verifies(inner, name) for name in (*inner.evaluate_nodes, *inner.inner))
    return any(evaluator.kind == "verifier" for evaluator in subject.evaluators_at(node))
