"""A fan-out as it stands in a run's state: who works side by side, and what each of them brought."""

from __future__ import annotations

from pydantic import Field

from redraft.task import Assessed, Critique, Stopped, Value

__all__ = ["Fan", "Landed", "Pool", "combined"]


class Pool(Value):
    """The drafts of a fan-out, in the order of the nodes that wrote them."""

    # LangGraph's savers give a bare tuple back as a list; in a model of its own it stays one.
    drafts: tuple[Assessed, ...] = ()


class Fan(Value):
    """A fan-out under way: its nodes, and the node that they lead to."""

    nodes: tuple[str, ...]
    join: str


class Landed(Value):
    """What one node of a fan-out brought, and what it cost. `stop` is set where it had to end the run."""

    drafts: tuple[Assessed, ...] = ()
    critique: Critique | None = None
    prompt_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)
    stop: Stopped | None = None


def combined(critiques: list[Critique]) -> Critique:
    """Return what several critics found in one draft, in their order; what two of them said alike is said once."""
    problems = dict.fromkeys(problem for critique in critiques for problem in critique.problems)
    return Critique(draft=critiques[0].draft, problems=tuple(problems))
