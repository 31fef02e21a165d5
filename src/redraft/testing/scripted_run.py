"""A scripted run: a graph walked over a model that answers what a script says."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redraft.errors import UsageError, nearest
from redraft.testing.scripted import ScriptedEngine

if TYPE_CHECKING:
    from redraft.graph.builder import Graph
    from redraft.graph.spec import GraphSpec
    from redraft.llama.interface import Request
    from redraft.runs.events import Event
    from redraft.task import Outcome

__all__ = ["Script", "ScriptedRun", "run_scripted"]

Script = Mapping[str, Any] | Callable[["Request", int], str]
"""What each agent answers: a text, anything that JSON can hold, or a list of these: one for each time that it is asked,
the last one again and again. Or a function of the request and of how often its agent was asked before."""


@dataclass(frozen=True, slots=True)
class ScriptedRun:
    """What a scripted run came to.

    Args:
        outcome: The outcome.
        events: Everything that happened, in order.
        requests: What the agents were asked, in order.
    """

    outcome: Outcome
    events: tuple[Event, ...]
    requests: tuple[Request, ...]

    @property
    def answer(self) -> str | None:
        """The outcome's answer."""
        return self.outcome.answer

    @property
    def drafts(self) -> tuple[str, ...]:
        """The texts of all drafts."""
        return tuple(record.draft.text for record in self.outcome.drafts)

    def prompts(self, agent: str) -> tuple[str, ...]:
        """Return what an agent read, once for each time that it was asked."""
        return tuple(
            "\n".join(piece.text for piece in request.pieces) for request in self.requests if request.agent == agent
        )


def run_scripted(
    graph: str | Path | GraphSpec | Graph = "refine",
    prompt: str | None = None,
    *,
    script: Script,
    rating: str | None = None,
    **order: Any,
) -> ScriptedRun:
    """Run a graph to its end over a model that answers what a script says.

    Args:
        graph: A graph's name, its file, its text as TOML, or a graph built in Python.
        prompt: What is asked, for a graph that takes a prompt.
        script: What the agents answer. Every agent that a node names is scripted, whatever model its file names.
        rating: What a judge chooses; None: its probabilities are all alike.
        **order: What `redraft.run` takes: inputs, evaluators, rounds, seed, project, plugins.

    Raises:
        UsageError: An agent is asked for which the script has no answer.
        RedraftError: The run could not start, or failed before there was any draft.
    """
    from redraft.runs.events import RunEnded
    from redraft.runs.run import stream

    requests: list[Request] = []
    answers = _answering(script)

    def answer(request: Request, visit: int) -> str:
        requests.append(request)
        return answers(request, visit)

    def ratings(choices: Sequence[str]) -> tuple[float, ...]:
        if rating not in choices:
            raise UsageError(f"the judge cannot choose '{rating}'", mend=f"Its choices: {', '.join(choices)}.")
        return tuple(float(choice == rating) for choice in choices)

    engine = ScriptedEngine(answer, ratings=None if rating is None else ratings)
    with stream(prompt, graph=_scripted(_loaded(graph, order)), model=engine, **order) as running:
        events = tuple(running)
    end = events[-1]
    if not isinstance(end, RunEnded):
        raise UsageError("the run ended without an outcome")
    if end.outcome.answer is None and end.error is not None:
        raise end.error
    return ScriptedRun(end.outcome, events, tuple(requests))


def _loaded(graph: Any, order: Mapping[str, Any]) -> Any:
    """Return a graph's specification, from whatever form it has."""
    from redraft.graph.builder import Graph
    from redraft.graph.loading import load_graph

    if isinstance(graph, Graph):
        return graph.spec()
    if not isinstance(graph, str | Path):
        return graph
    where = {name: order.get(name) for name in ("project", "plugins")}
    if isinstance(graph, str) and "\n" in graph:
        with tempfile.TemporaryDirectory(prefix="redraft-") as folder:
            file = Path(folder) / "given.toml"
            file.write_text(graph, encoding="utf-8")
            return load_graph(file, **where)
    return load_graph(graph, **where)


def _scripted(spec: GraphSpec) -> GraphSpec:
    """Return a graph whose agents all ask the scripted model."""
    from redraft.graph.spec import AgentNode

    nodes = {
        name: node.model_copy(update={"model": "default"}) if isinstance(node, AgentNode) else node
        for name, node in spec.nodes.items()
    }
    return spec.model_copy(update={"nodes": nodes})


def _answering(script: Script) -> Callable[[Request, int], str]:
    if callable(script):
        return script

    def answer(request: Request, visit: int) -> str:
        if request.agent not in script:
            what = f"the script has no answer for agent '{request.agent}'.{nearest(request.agent, script)}"
            raise UsageError(what, mend=f'Add {{"{request.agent}": "…"}} to it.')
        given = script[request.agent]
        if isinstance(given, list | tuple):
            given = given[min(visit, len(given) - 1)]
        return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)

    return answer
