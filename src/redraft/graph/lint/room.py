"""Room: whether the models, known by their files' headers alone, can read the longest prompts of their agents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.errors import RedraftError
from redraft.graph.needs import Needs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import JsonValue

    from redraft.graph.inputs import InputType
    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject
    from redraft.task import Task

__all__ = ["Window", "room"]

LEAST: Mapping[InputType, JsonValue] = {"text": "x", "list": ["x"], "number": 1, "json": {}}
"""The shortest input of each type: how long a task is, nobody knows before it is there."""


@dataclass(frozen=True, slots=True)
class Window:
    """What is known of a model without loading it: what it is called, and the tokens of context it was trained with."""

    model: str
    tokens: int


def room(subject: Subject) -> Iterator[Finding]:
    """Yield agents whose longest prompt does not fit the model that serves them."""
    agents = {node: agent for node in subject.agent_nodes if (agent := subject.agent_at(node))}
    nodes = [node for node, agent in agents.items() if agent.model in subject.windows]
    task = _shortest_task(subject) if nodes else None
    if task is None:
        return
    needs = Needs(subject.spec, tuple(agents.values()), task)
    for node in nodes:
        window, longest = subject.windows[agents[node].model], needs.longest_prompt(agents[node])
        if longest is not None and longest >= window.tokens:
            what = f"the longest prompt of '{node}' may have {longest:,} tokens with the shortest task"
            message = f"{what}, and model '{window.model}' was trained with {window.tokens:,}"
            yield subject.finding("G051", ("nodes", node), message, name=node)


def _shortest_task(subject: Subject) -> Task | None:
    spec = subject.spec
    inputs = {name: LEAST[kind] for name, kind in spec.inputs.items()}
    try:
        return spec.task("x" if spec.prompt is None else None, inputs)
    except RedraftError:  # Its prompt takes no input but a real one.
        return None
