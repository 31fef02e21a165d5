"""A sound graph becomes an ordinary LangGraph graph: a node stays a node, and goes on by a command; async only."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime  # noqa: TC002 -- LangGraph reads the annotations of nodes
from langgraph.types import Command

from redraft.errors import RedraftError
from redraft.graph.asking import Asker
from redraft.graph.calling import CallWork, LateCallError
from redraft.graph.events import Failed, NodeEvent
from redraft.graph.nodes import AgentWork, EvaluateWork, Step, Visit, Work
from redraft.graph.routing import END_NODE, Router
from redraft.graph.spec import AgentNode, CallNode, Edge, EvaluateNode, GraphSpec
from redraft.graph.state import Counters, Stamp, State
from redraft.graph.termination import bound
from redraft.task import Stopped

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph
    from langgraph.types import Checkpointer

    from redraft.agents import Agent
    from redraft.convergence import Check
    from redraft.evaluation import Use
    from redraft.llama.interface import Engine
    from redraft.llama.scorer import Scorer

__all__ = ["Parts", "RunContext", "compile_graph"]

Emit = Callable[[NodeEvent], None]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a graph's names stand for.

    Args:
        agents: Agents by name; also those that only an evaluator asks.
        uses: For each node that evaluates, its evaluators with weights.
        engines: Open engines, by the name that agents call their model.
        checks: Checks that plugins registered.
        scorers: Open models that evaluators score with, by the name that the graph calls them.
        allow_network: Whether evaluators that call out of this machine may do so.
        functions: Functions that nodes call, by name.
    """

    agents: Mapping[str, Agent]
    uses: Mapping[str, tuple[Use, ...]]
    engines: Mapping[str, Engine]
    checks: Mapping[str, Check] = field(default_factory=dict)
    scorers: Mapping[str, Scorer] = field(default_factory=dict)
    allow_network: bool = False
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a caller hands to a graph's nodes beside the state: where their events go, and the run's id."""

    emit: Emit
    run: str = ""


def compile_graph(
    spec: GraphSpec, parts: Parts, *, checkpointer: Checkpointer = None
) -> CompiledStateGraph[State, RunContext, State, State]:
    """Return a graph that LangGraph runs; its recursion limit is set from the graph's own bound.

    Args:
        spec: A graph that lints clean.
        parts: What the names in it stand for.
        checkpointer: LangGraph's saver, or None.
    """
    builder = StateGraph(State, context_schema=RunContext)
    edges = _edges_by_source(spec)
    names = {name: _inner_name(name) for name in spec.nodes} | {END_NODE: END}
    for name, out in edges.items():
        if name == "start":
            continue
        router = Router(name, out, spec.stop, parts.checks)
        visit = _visiting(_work(spec, parts, name), router, names)
        targets = tuple({names[edge.target]: None for edge in out} | {END: None})
        builder.add_node(names[name], visit, error_handler=_failed, destinations=targets)
    builder.add_edge(START, names[edges["start"][0].target])
    return builder.compile(checkpointer=checkpointer, name=spec.name).with_config(recursion_limit=bound(spec) + 2)


def _edges_by_source(spec: GraphSpec) -> dict[str, tuple[Edge, ...]]:
    edges: dict[str, tuple[Edge, ...]] = {}
    for edge in spec.edges:
        edges[edge.source] = (*edges.get(edge.source, ()), edge)
    return edges


def _inner_name(name: str) -> str:
    # LangGraph refuses a node that is called like a key of the state; a dot cannot stand in a name of ours.
    return f"node.{name}" if name in State.__annotations__ else name


def _work(spec: GraphSpec, parts: Parts, name: str) -> Work:
    asker = Asker(parts.agents, parts.engines, parts.scorers)
    node = spec.nodes[name]
    checked = tuple({edge.source for edge in spec.edges if edge.when is not None})
    match node:
        case EvaluateNode():
            return EvaluateWork(parts.uses[name], asker, parts.allow_network)
        case AgentNode():
            return AgentWork(node.applied_to(parts.agents[node.agent]), asker, checked)
        case CallNode():
            return CallWork(node, parts.functions[node.call], checked)


def _visiting(work: Work, router: Router, names: Mapping[str, str]) -> Callable[..., Any]:
    node, rules = router.node, router.rules

    # A command carries the update and the way on in one write; a conditional edge would read the state once more.
    async def visit(state: State, runtime: Runtime[RunContext]) -> Command[Any]:
        emit = _emitter(runtime)
        before = state["counters"]
        began = time.monotonic() - _gap(before)
        deadline = None if rules.seconds is None else began + rules.seconds - before.seconds
        run = runtime.context.run if runtime.context else ""
        step = await work(Visit(node, before.visits.get(node, 0) + 1, state, rules, deadline, emit, run))
        update = step.update | {"counters": _after(before, node, step, began=began)}
        after: State = {**state, **update}  # type: ignore[typeddict-item]
        update |= router.leave(after, step.stop, emit)
        return Command(goto=names[update["route"]], update=update)

    return visit


def _emitter(runtime: Runtime[RunContext]) -> Emit:
    if runtime.context is None:
        return runtime.stream_writer
    return runtime.context.emit


def _after(counters: Counters, node: str, step: Step, *, began: float) -> Counters:
    """Return the counters after a visit. Values of our own making need no second check: this runs at every step."""
    now = time.monotonic()
    return counters.model_copy(
        update={
            "visits": counters.visits | {node: counters.visits.get(node, 0) + 1},
            "drafts": counters.drafts + step.drafts,
            "prompt_tokens": counters.prompt_tokens + step.prompt_tokens,
            "completion_tokens": counters.completion_tokens + step.completion_tokens,
            "seconds": counters.seconds + now - began,
            "stamp": Stamp.model_construct(process=_process(), clock=now),
        }
    )


def _gap(counters: Counters) -> float:
    """Return the seconds since this process last touched the run; time between processes does not count."""
    stamp = counters.stamp
    return time.monotonic() - stamp.clock if stamp and stamp.process == _process() else 0.0


@cache
def _process() -> str:
    # Not the process id: in a container that is often 1, before and after a restart.
    return secrets.token_hex(8)


async def _failed(_state: State, error: NodeError, runtime: Runtime[RunContext]) -> Command[Any]:
    name = error.node.removeprefix("node.")
    _emitter(runtime)(Failed(name, error.error))
    check = "timeout" if isinstance(error.error, NodeTimeoutError | LateCallError) else "error"
    what = error.error.what if isinstance(error.error, RedraftError) else f"{type(error.error).__name__}: {error.error}"
    return Command(goto=END, update={"route": END_NODE, "stop": Stopped(check=check, detail=f"'{name}': {what}")})
