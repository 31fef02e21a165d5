"""A sound graph becomes an ordinary LangGraph graph: one node each, one router each, async only."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime  # noqa: TC002 -- LangGraph reads the annotations of nodes
from langgraph.types import Command

from redraft.errors import RedraftError
from redraft.graph.asking import Asker
from redraft.graph.events import Failed, NodeEvent
from redraft.graph.nodes import AgentWork, EvaluateWork, Step, Visit, Work
from redraft.graph.routing import END_NODE, Router
from redraft.graph.spec import AgentNode, Edge, EvaluateNode, GraphSpec
from redraft.graph.state import Counters, Stamp, State
from redraft.graph.termination import bound
from redraft.task import Stopped

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph
    from langgraph.types import Checkpointer

    from redraft.agents import Agent
    from redraft.convergence import Check, StopRules
    from redraft.evaluation import Use
    from redraft.llama.interface import Engine

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
    """

    agents: Mapping[str, Agent]
    uses: Mapping[str, tuple[Use, ...]]
    engines: Mapping[str, Engine]
    checks: Mapping[str, Check] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a caller hands to a graph's nodes beside the state: where their events go."""

    emit: Emit


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
        builder.add_node(names[name], _visiting(name, _work(spec, parts, name), router), error_handler=_failed)
        targets: dict[Hashable, str] = {edge.target: names[edge.target] for edge in out}
        builder.add_conditional_edges(names[name], _route, targets | {END_NODE: END})
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
    asker = Asker(parts.agents, parts.engines)
    node = spec.nodes[name]
    match node:
        case EvaluateNode():
            return EvaluateWork(parts.uses[name], asker)
        case AgentNode():
            checked = tuple({edge.source for edge in spec.edges if edge.when is not None})
            return AgentWork(node.applied_to(parts.agents[node.agent]), asker, checked)


def _visiting(name: str, work: Work, router: Router) -> Callable[..., Any]:
    async def visit(state: State, runtime: Runtime[RunContext]) -> dict[str, Any]:
        emit = _emitter(runtime)
        counters = _entered(state["counters"], name)
        seen: State = {**state, "counters": counters}
        deadline = _deadline(router.rules, counters)
        step = await work(Visit(name, counters.visits[name], seen, router.rules, deadline, emit))
        counters = _left(counters, step)
        update = step.update | {"counters": counters}
        after: State = {**seen, **update}  # type: ignore[typeddict-item]
        return update | router.leave(after, step.stop, emit)

    return visit


def _emitter(runtime: Runtime[RunContext]) -> Emit:
    if runtime.context is None:
        return runtime.stream_writer
    return runtime.context.emit


def _entered(counters: Counters, name: str) -> Counters:
    visits = counters.visits | {name: counters.visits.get(name, 0) + 1}
    return counters.model_copy(update={"visits": visits} | _clocked(counters))


def _left(counters: Counters, step: Step) -> Counters:
    spent = {
        "drafts": counters.drafts + step.drafts,
        "prompt_tokens": counters.prompt_tokens + step.prompt_tokens,
        "completion_tokens": counters.completion_tokens + step.completion_tokens,
    }
    return counters.model_copy(update=spent | _clocked(counters))


def _clocked(counters: Counters) -> dict[str, Any]:
    """Time since this process last touched the run counts; time between processes does not."""
    now, stamp = time.monotonic(), counters.stamp
    gap = now - stamp.clock if stamp and stamp.process == _process() else 0.0
    return {"seconds": counters.seconds + gap, "stamp": Stamp(process=_process(), clock=now)}


@cache
def _process() -> str:
    # Not the process id: in a container that is often 1, before and after a restart.
    return secrets.token_hex(8)


def _deadline(rules: StopRules, counters: Counters) -> float | None:
    return None if rules.seconds is None else time.monotonic() + rules.seconds - counters.seconds


async def _route(state: State) -> str:
    # Async, though it awaits nothing: LangGraph sends a plain function to another thread at every step.
    return state["route"]


async def _failed(_state: State, error: NodeError, runtime: Runtime[RunContext]) -> Command[Any]:
    name = error.node.removeprefix("node.")
    _emitter(runtime)(Failed(name, error.error))
    check = "timeout" if isinstance(error.error, NodeTimeoutError) else "error"
    what = error.error.what if isinstance(error.error, RedraftError) else f"{type(error.error).__name__}: {error.error}"
    return Command(goto=END, update={"route": END_NODE, "stop": Stopped(check=check, detail=f"'{name}': {what}")})
