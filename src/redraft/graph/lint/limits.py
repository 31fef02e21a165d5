"""What does not fit its limit, or is asked for in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.prompts import compile_prompt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject

__all__ = ["limits"]


def limits(subject: Subject) -> Iterator[Finding]:
    """Yield schemas that cannot be finished, and inputs that are read by nothing."""
    for node in subject.agent_nodes:
        agent = subject.agent_at(node)
        if agent and agent.least_tokens > agent.max_tokens:
            message = (
                f"the shortest output of '{agent.name}' may take {agent.least_tokens} tokens of {agent.max_tokens}"
            )
            mend = f"Raise max_tokens to {agent.least_tokens} or more."
            yield subject.finding("G033", ("nodes", node), message, name=node, mend=mend)
    for name in subject.spec.inputs:
        if name not in _read_inputs(subject):
            message = f"the input '{name}' is read by nothing"
            yield subject.finding("G034", ("task", "inputs", name), message, name=name)


def _read_inputs(subject: Subject) -> frozenset[str]:
    agents = [agent for node in subject.agent_nodes if (agent := subject.agent_at(node))]
    called = any("task" in node.reads for node in subject.call_nodes.values())
    if called or any(agent.reads_inputs for agent in agents):
        return frozenset(subject.spec.inputs)
    prompt = compile_prompt(subject.spec.prompt).variables if subject.spec.prompt else ()
    handed = (name for inner in subject.inner.values() for name in inner.subject.spec.inputs)
    needs = (need for node in subject.evaluate_nodes for one in subject.evaluators_at(node) for need in one.needs)
    return frozenset(variable.name for variable in prompt) | frozenset((*needs, *handed))
