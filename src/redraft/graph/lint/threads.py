"""Threads: which agents go on with one another's tokens, and whether that can be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redraft.agents import Agent
    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject

__all__ = ["threads"]


def threads(subject: Subject) -> Iterator[Finding]:
    """Yield threads of two system texts, threads of one agent, and what a regression hides from a thread."""
    by_model = _by_model(subject)
    for members in by_model.values():
        yield from _mixed(subject, members)
        yield from _lonely(subject, members, alone=len(by_model) == 1)
        yield from _left_behind(subject, members)


def _by_model(subject: Subject) -> dict[str, dict[str, Agent]]:
    """Return the thread agents of each model, by node."""
    found: dict[str, dict[str, Agent]] = {}
    for node in subject.agent_nodes:
        agent = subject.agent_at(node)
        if agent and agent.context == "thread":
            found.setdefault(agent.model, {})[node] = agent
    return found


def _mixed(subject: Subject, members: Mapping[str, Agent]) -> Iterator[Finding]:
    (first, leader), *others = members.items()
    for node, agent in others:
        if agent.system != leader.system:
            message = f"'{node}' goes on with the thread of '{first}', which has another system text"
            yield subject.finding("G035", ("nodes", node), message, name=node)


def _lonely(subject: Subject, members: Mapping[str, Agent], *, alone: bool) -> Iterator[Finding]:
    node, *others = members
    if not others and not (alone and node in subject.loops):
        where = "" if alone else f" of model '{members[node].model}'"
        message = f"no other agent is in the thread{where} that '{node}' goes on with"
        yield subject.finding("G036", ("nodes", node), message, name=node)


def _left_behind(subject: Subject, members: Mapping[str, Agent]) -> Iterator[Finding]:
    for node, agent in members.items():
        about_it = agent.writes == "critique" or {"verdict", "critique"} & set(agent.reads)
        if subject.spec.stop.regression and node in subject.loops and about_it and "draft" not in agent.reads:
            message = f"'{node}' does not read the draft that `regression` may go back to: its thread ends with another"
            yield subject.finding("G037", ("nodes", node), message, name=node)
