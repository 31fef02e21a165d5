"""Fan-outs: whether their nodes meet again, and can work side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.graph.node import AgentNode, CallNode, EvaluateNode, GraphNode, HumanNode, SelectNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.graph.edge import Exit
    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject

__all__ = ["fans"]


def fans(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with nodes that work side by side, and with nodes that write several drafts at once."""
    ways = [way for exits in subject.exits.values() for way in exits if len(way.targets) > 1]
    for way in ways:
        yield from _meeting(subject, way)
        yield from _notes(subject, way)
    fanned = dict.fromkeys(target for way in ways for target in way.targets if target in subject.spec.nodes)
    for node in fanned:
        yield from _entered(subject, node)
        yield from _alone(subject, node)
    for node, asked in subject.agent_nodes.items():
        if asked.samples > 1:
            yield from _samples(subject, node)


def _meeting(subject: Subject, way: Exit) -> Iterator[Finding]:
    known = [node for node in way.targets if node in subject.spec.nodes]
    key = ("edges", way.path, "path")
    strays = [node for node in known if not _leads_on(subject, node)]
    if strays:
        message = f"'{strays[0]}' is in a fan-out, and does not lead to one node without a 'when'"
        yield subject.finding("G042", key, message, name=strays[0])
        return
    joins = {node: subject.exits[node][0].targets[0] for node in known}
    meets = dict.fromkeys(joins.values())
    if len(meets) > 1 or set(meets) & {*known, "end", "start"}:
        shown = ", ".join(f"'{node}' → '{join}'" for node, join in joins.items())
        yield subject.finding("G042", key, f"the nodes of a fan-out do not meet in one node: {shown}", name=known[0])
        return
    for node in known:
        fallback = getattr(subject.spec.nodes[node], "fallback", None)
        if fallback is not None and fallback != joins[node]:
            message = f"'{node}' is in a fan-out, and falls back to '{fallback}' instead of '{joins[node]}'"
            yield subject.finding("G046", ("nodes", node, "fallback"), message, name=node)


def _leads_on(subject: Subject, node: str) -> bool:
    exits = subject.exits[node]
    return len(exits) == 1 and exits[0].when is None and len(exits[0].targets) == 1


def _entered(subject: Subject, node: str) -> Iterator[Finding]:
    edges = (*subject.spec.edges, *subject.spec.fallbacks)
    other = next((edge for edge in edges if edge.target == node and not edge.fan), None)
    if other:
        key = ("nodes", other.source, "fallback") if other.fallback else ("edges", other.path, "path")
        message = f"'{node}' is in a fan-out, and '{other.source}' leads to it by itself"
        yield subject.finding("G043", key, message, name=node)


def _alone(subject: Subject, node: str) -> Iterator[Finding]:
    agent = subject.agent_at(node)
    match subject.spec.nodes[node]:
        case EvaluateNode():
            what = f"'{node}' evaluates, and cannot work beside others"
        case SelectNode():
            what = f"'{node}' chooses from the pool, and cannot work beside others"
        case HumanNode():
            what = f"'{node}' asks a person, and cannot work beside others"
        case GraphNode():
            what = f"'{node}' is a graph, and cannot work beside others"
        case AgentNode() if agent and agent.context == "thread":
            what = f"'{node}' goes on with a thread, which others in the fan-out would change"
        case _:
            return
    yield subject.finding("G044", ("nodes", node), what, name=node)


def _samples(subject: Subject, node: str) -> Iterator[Finding]:
    agent = subject.agent_at(node)
    if agent and agent.writes != "draft":
        message = f"'{node}' takes several samples, and its agent writes a {agent.writes}"
        yield subject.finding("G044", ("nodes", node, "samples"), message, name=node)
    elif agent and agent.context == "thread":
        message = f"'{node}' takes several samples, and its agent goes on with a thread"
        yield subject.finding("G044", ("nodes", node, "samples"), message, name=node)


def _notes(subject: Subject, way: Exit) -> Iterator[Finding]:
    writers: dict[str, str] = {}
    for node in way.targets:
        for note in _noted(subject, node):
            if note in writers:
                message = f"'{writers[note]}' and '{node}' write the note '{note}' at the same time"
                yield subject.finding("G045", ("nodes", node), message, name=node)
            writers.setdefault(note, node)


def _noted(subject: Subject, node: str) -> tuple[str, ...]:
    agent, found = subject.agent_at(node), subject.spec.nodes.get(node)
    if isinstance(found, CallNode):
        return found.notes(node)
    return (node,) if agent and agent.writes == "note" else ()
