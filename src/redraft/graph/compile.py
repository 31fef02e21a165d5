"""A sound graph becomes an ordinary LangGraph graph: a node stays a node, and goes on by a command; async only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, RetryPolicy

from redraft.errors import DefinitionError, ModelError, UsageError
from redraft.graph.asking import Asker
from redraft.graph.beginning import Input, Output, after, begun
from redraft.graph.calling import CallWork
from redraft.graph.context import RunContext
from redraft.graph.ledger import Ledger
from redraft.graph.nesting import GraphWork
from redraft.graph.node import AgentNode, CallNode, EvaluateNode, GraphNode, HumanNode, SelectNode
from redraft.graph.nodes import EvaluateWork
from redraft.graph.questions import HumanWork
from redraft.graph.routing import END_NODE, Router
from redraft.graph.selecting import SelectWork
from redraft.graph.state import State
from redraft.graph.termination import bound
from redraft.graph.visiting import Visitor, at_once
from redraft.graph.writing import AgentWork

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langgraph.graph.state import CompiledStateGraph
    from langgraph.store.base import BaseStore
    from langgraph.types import Checkpointer

    from redraft.agents import Agent
    from redraft.convergence import Check
    from redraft.evaluation import Use
    from redraft.graph.edge import Exit
    from redraft.graph.fan import Fan
    from redraft.graph.node import Node, Retry
    from redraft.graph.nodes import Work
    from redraft.graph.spec import GraphSpec
    from redraft.graph.visiting import Ready
    from redraft.llama.interface import Engine
    from redraft.llama.scorer import Scorer

__all__ = ["Parts", "RunContext", "compile_graph", "compile_open"]

FAN_OUT = "start.fan-out"
"""The node that a graph begins with in LangGraph where `start` itself leads to several."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a graph's names stand for.

    Args:
        agents: Agents by name; also those that only an evaluator asks.
        uses: For each node that evaluates, its evaluators with weights; `outer/inner` where it is in a node's graph.
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

    def within(self, node: str) -> Parts:
        """Return what the names in the graph of a node stand for."""
        under = f"{node}/"
        inner = {name.removeprefix(under): uses for name, uses in self.uses.items() if name.startswith(under)}
        return replace(self, uses=inner)


def compile_graph(
    spec: GraphSpec, parts: Parts, *, checkpointer: Checkpointer = None
) -> CompiledStateGraph[State, RunContext, State, State]:
    """Return a graph for a run of ours, which takes and brings the whole state.

    Args:
        spec: A graph that lints clean.
        parts: What the names in it stand for.
        checkpointer: LangGraph's saver, or None.
    """
    builder = StateGraph(State, context_schema=RunContext)
    _build(builder, spec, parts, at_once)
    return builder.compile(checkpointer=checkpointer, name=spec.name).with_config(recursion_limit=_steps(spec))


def compile_open(
    spec: GraphSpec, parts: Parts, ready: Ready, *, checkpointer: Checkpointer = None, store: BaseStore | None = None
) -> CompiledStateGraph[State, None, Input, Output]:
    """Return a graph for anybody who knows LangGraph: it takes a prompt or inputs, and brings an answer.

    Args:
        spec: A graph that lints clean.
        parts: What the names in it stand for.
        ready: Awaited before each node's work; returns what a user should know.
        checkpointer: LangGraph's saver, or None.
        store: LangGraph's store, or None.
    """
    builder = StateGraph(State, input_schema=Input, output_schema=Output)
    _build(builder, spec, parts, ready)
    graph = builder.compile(checkpointer=checkpointer, store=store, name=spec.name)
    return graph.with_config(recursion_limit=_steps(spec))


def _steps(spec: GraphSpec) -> int:
    return bound(spec) + 3


def _build(builder: StateGraph[State, Any, Any, Any], spec: GraphSpec, parts: Parts, ready: Ready) -> None:
    exits, fans, drafts = spec.exits(), spec.fans, _drafts_of(spec, parts)
    names = {name: _inner_name(name) for name in spec.nodes} | {END_NODE: END}
    ledger, begin = Ledger(), partial(begun, spec)
    for name, node in spec.nodes.items():
        fallback = getattr(node, "fallback", None)
        router = Router(name, exits.get(name, ()), spec.stop, parts.checks, fans)
        visitor = Visitor(_work(spec, parts, name), router, names, ledger, begin, drafts, fallback, ready)
        ways = [target for way in router.exits for target in way.targets] + ([fallback] if fallback else [])
        targets = tuple(dict.fromkeys((*(names[way] for way in ways), END)))
        builder.add_node(
            names[name],
            visitor.visit,
            destinations=targets,
            error_handler=visitor.failed,
            retry_policy=_retry_policy(node),
            timeout=node.timeout if isinstance(node, AgentNode | GraphNode) else None,
        )
    _add_start(builder, exits["start"][0], names, fans, begin)


def _add_start(
    builder: StateGraph[State, Any, Any, Any],
    way: Exit,
    names: Mapping[str, str],
    fans: Mapping[str, Fan],
    begin: Callable[[State], dict[str, Any]],
) -> None:
    targets = tuple(names[target] for target in way.targets)
    if len(targets) == 1:
        builder.add_edge(START, targets[0])
        return
    route = "+".join(way.targets)

    async def fan_out(state: State) -> Command[Any]:
        return after(begin(state), Command(goto=targets, update={"route": route, "fan": fans[route]}))

    builder.add_node(FAN_OUT, fan_out, destinations=targets)
    builder.add_edge(START, FAN_OUT)


def _drafts_of(spec: GraphSpec, parts: Parts) -> dict[str, int]:
    """Return how many drafts each node writes on a visit, where it writes any."""
    drafts: dict[str, int] = {}
    for name, node in spec.nodes.items():
        if isinstance(node, AgentNode) and parts.agents[node.agent].writes == "draft":
            drafts[name] = node.samples
        elif isinstance(node, CallNode | HumanNode) and node.writes == "draft":
            drafts[name] = 1
    return drafts


def _retry_policy(node: Node) -> RetryPolicy | None:
    retry: Retry | None = getattr(node, "retry", None)
    if retry is None:
        return None
    return RetryPolicy(
        max_attempts=retry.times + 1, initial_interval=retry.wait, jitter=False, retry_on=_may_go_better_next_time
    )


def _may_go_better_next_time(error: Exception) -> bool:
    """A request, a definition or a model that does not fit will not fit later either."""
    return not isinstance(error, UsageError | DefinitionError | ModelError)


def _inner_name(name: str) -> str:
    # LangGraph refuses a node that is called like a key of the state; a dot cannot stand in a name of ours.
    return f"node.{name}" if name in State.__annotations__ else name


def _work(spec: GraphSpec, parts: Parts, name: str) -> Work:
    asker = Asker(parts.agents, parts.engines, parts.scorers)
    node = spec.nodes[name]
    checked = tuple(dict.fromkeys(edge.source for edge in spec.edges if edge.when is not None))
    match node:
        case EvaluateNode():
            return EvaluateWork(parts.uses[name], asker, parts.allow_network)
        case AgentNode():
            return AgentWork(node.applied_to(parts.agents[node.agent]), asker, checked, node.samples)
        case CallNode():
            return CallWork(node, parts.functions[node.call], checked)
        case SelectNode():
            return SelectWork(node)
        case HumanNode():
            return HumanWork(node, checked)
        case GraphNode():
            inner = spec.inner(name)
            if inner is None:
                raise DefinitionError(f"graph '{node.graph}' was not loaded", where=f"graph {spec.name}")
            return GraphWork(inner, lambda own: compile_graph(own, parts.within(name)), RunContext)
