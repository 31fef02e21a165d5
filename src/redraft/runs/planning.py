"""What a graph's names stand for: the graph, proved sound, its agents and its evaluators; no model is open yet."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from redraft.agents import agents as agents_of
from redraft.errors import RedraftError, UsageError
from redraft.evaluation import Use
from redraft.files import load_config, project_dir
from redraft.graph.asked import agent_of
from redraft.graph.compile import Parts
from redraft.graph.lint import require_clean
from redraft.graph.loading import load_graph, with_graphs
from redraft.graph.spec import AgentNode, EvaluateNode, EvaluatorUse, GraphSpec, Node
from redraft.plugins import load_plugins
from redraft.runs.advised import advised_for, key_of, with_advice
from redraft.runs.models import model_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from redraft.agents import Agent
    from redraft.convergence import StopRules
    from redraft.llama.interface import Engine
    from redraft.llama.scorer import Scorer
    from redraft.registry import Registry
    from redraft.runs.advised import Advised
    from redraft.runs.preparation import Order

__all__ = ["Plan", "planned"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A graph that can run once there is a task and its models are open.

    Args:
        order: What the caller asked for.
        spec: The graph, with what the caller overrides.
        agents: All agents by name.
        uses: For each node that evaluates, its evaluators with weights; `outer/inner` where it is in a node's graph.
        registry: What plugins brought.
        project: The project folder.
        warnings: What a user should know of it.
    """

    order: Order
    spec: GraphSpec
    agents: Mapping[str, Agent]
    uses: Mapping[str, tuple[Use, ...]]
    registry: Registry
    project: Path
    warnings: tuple[str, ...] = ()

    @property
    def each_use(self) -> tuple[Use, ...]:
        """Every evaluator of every node."""
        return tuple(use for node in self.uses.values() for use in node)

    @property
    def asked(self) -> tuple[Agent, ...]:
        """The agents that nodes ask, then those that evaluators ask: their models must be there before a run begins."""
        return (*_asked(self.spec, self.agents), *_asked_by_evaluators(self.uses, self.agents))

    @property
    def at_once(self) -> int:
        """How many requests a run makes at once, at most."""
        judging = (sum(agent_of(use.evaluator, use.params) is not None for use in node) for node in self.uses.values())
        return max(1, *judging, *(one.widest for one in self.spec.whole()))

    def parts(self, engines: Mapping[str, Engine], scorers: Mapping[str, Scorer]) -> Parts:
        """Return what the names stand for, with the models that are or will be open."""
        return Parts(
            agents=self.agents,
            uses=self.uses,
            engines=engines,
            checks=self.registry.checks(),
            scorers=scorers,
            allow_network=self.order.allow_network or load_config(self.project).allow_network,
            functions=self.registry.things("nodes"),
        )


def planned(order: Order) -> Plan:
    """Return what the names in a graph stand for.

    Raises:
        UsageError: The graph is a part of others, or an evaluator that the caller adds does not fit it.
        DefinitionError: The graph, or a name in it, is wrong.
        PluginError: A plugin that the graph needs is broken.
    """
    project = order.project or project_dir()
    plugins = order.plugins or load_plugins(project)
    registry = plugins.registry
    graph = order.graph if isinstance(order.graph, GraphSpec) else load_graph(order.graph, project, plugins=plugins)
    spec = _overridden(with_graphs(graph, project, plugins=plugins), order)
    _require_whole(spec)
    _require_inputs_for(order.evaluators, spec, registry)
    agents = agents_of(project, plugins=plugins)
    require_clean(spec, registry, agents)
    advice = _Advice(order, agents, registry, project)
    spec = with_advice(spec, advice)
    return Plan(order, spec, agents, _uses(spec, registry), registry, project, tuple(advice.warnings))


@dataclass(frozen=True, slots=True)
class _Advice:
    """Finds what was advised for a graph on the model of an order; what is missing is a warning."""

    order: Order
    agents: Mapping[str, Agent]
    registry: Registry
    project: Path
    warnings: list[str] = field(default_factory=list)

    def __call__(self, spec: GraphSpec) -> Advised | None:
        model = self._model(spec)
        found = model and advised_for(key_of(spec, self.agents, self.registry, model))
        if not found:
            usual = spec.stop.rounds
            what = f"graph '{spec.name}' takes advised rounds, and there is no advice for it on this model"
            self.warnings.append(f"{what}: {usual} rounds. Try `redraft advise {spec.name}`.")
        return found or None

    def _model(self, spec: GraphSpec) -> Path | None:
        """Return the file of the model; None where it is an open engine, or not there, as will be said elsewhere."""
        name = self.order.model
        if not isinstance(name, str | None):
            return None
        with suppress(RedraftError):
            file = model_file(name, spec, self.project, self.registry)
            return file.path if file.size is not None else None
        return None


def _require_whole(spec: GraphSpec) -> None:
    """Refuse a graph that has to be handed something.

    Raises:
        UsageError: It can only be a node of another graph.
    """
    if spec.reads:
        what = f"graph '{spec.name}' is a part of others: it reads a {spec.reads[0]}"
        raise UsageError(what, mend=f'Use it in a graph of yours: {{ graph = "{spec.name}" }}.')


def _require_inputs_for(names: Sequence[str], spec: GraphSpec, registry: Registry) -> None:
    """Refuse evaluators that a caller adds to a graph without the inputs that they need.

    Raises:
        UsageError: An input is missing; the evaluator is named.
    """
    for name in names:
        try:
            needs = registry.evaluator(name).needs
        except RedraftError:  # Lint says what is wrong with it, and where else it is.
            continue
        missing = [need for need in needs if need not in spec.inputs]
        if missing:
            what = f"evaluator '{name}' needs the input '{missing[0]}', which graph '{spec.name}' does not take"
            raise UsageError(what, mend=f"Use a graph with {missing[0]} in its [task].inputs.")


def _overridden(spec: GraphSpec, order: Order) -> GraphSpec:
    if order.rounds is not None:
        spec = spec.model_copy(update={"stop": _with_rounds(spec.stop, order.rounds)})
    if not order.evaluators:
        return spec
    extra = tuple(EvaluatorUse(name=name) for name in dict.fromkeys(order.evaluators))
    return spec.model_copy(update={"nodes": {name: _with(node, extra) for name, node in spec.nodes.items()}})


def _with_rounds(rules: StopRules, rounds: int) -> StopRules:
    try:
        return rules.of_rounds(rounds)
    except ValidationError as error:
        raise UsageError(f"rounds is a whole number from 0 to 1,000, not {rounds!r}") from error


def _with(node: Node, extra: tuple[EvaluatorUse, ...]) -> Node:
    if isinstance(node, EvaluateNode):
        weighted = {use.name for use in node.evaluators if not use.gate}
        return EvaluateNode(evaluators=(*node.evaluators, *(use for use in extra if use.name not in weighted)))
    return node


def _uses(spec: GraphSpec, registry: Registry) -> dict[str, tuple[Use, ...]]:
    own = {
        name: tuple(
            Use(evaluator=registry.evaluator(use.name), weight=use.weight, params=use.params, gate=use.gate)
            for use in node.evaluators
        )
        for name, node in spec.nodes.items()
        if isinstance(node, EvaluateNode)
    }
    inner = {name: graph for name in spec.nodes if (graph := spec.inner(name))}
    return own | {f"{name}/{at}": uses for name, graph in inner.items() for at, uses in _uses(graph, registry).items()}


def _asked(spec: GraphSpec, agents: Mapping[str, Agent]) -> list[Agent]:
    nodes = [node for graph in spec.whole() for node in graph.nodes.values()]
    return [node.applied_to(agents[node.agent]) for node in nodes if isinstance(node, AgentNode)]


def _asked_by_evaluators(uses: Mapping[str, tuple[Use, ...]], agents: Mapping[str, Agent]) -> Iterator[Agent]:
    """Yield the agents that evaluators ask: their models too must be there before the run begins."""
    names = (agent_of(use.evaluator, use.params) for node in uses.values() for use in node)
    yield from (agents[name] for name in names if name is not None)
