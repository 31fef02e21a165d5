"""What a run needs before it starts: its graph, proved sound; its task; its agents, evaluators and models."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from redraft.agents import agents as agents_of
from redraft.catalog.models import resolve
from redraft.convergence import StopRules
from redraft.errors import ModelError, RedraftError, UsageError
from redraft.evaluation import Use, warm
from redraft.files import load_config, project_dir
from redraft.graph.compile import Parts
from redraft.graph.lint import require_clean
from redraft.graph.loading import load_graph, with_graphs
from redraft.graph.needs import USUAL, Needs
from redraft.graph.spec import AgentNode, EvaluateNode, EvaluatorUse, GraphSpec, Node
from redraft.llama.interface import Engine
from redraft.plugins import load_plugins
from redraft.runs.contexts import LEAST, context_for
from redraft.runs.engines import EnginePool, finish
from redraft.runs.scorers import scorers_of
from redraft.task import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import JsonValue

    from redraft.agents import Agent
    from redraft.llama.scorer import TextScorer
    from redraft.plugins import Loaded
    from redraft.registry import Registry
    from redraft.runs.people import Answerer
    from redraft.task import Task

__all__ = ["Order", "Prepared", "prepare"]


@dataclass(frozen=True, slots=True)
class Order:
    """What a caller asks for.

    Args:
        prompt: The prompt of a graph that takes one.
        graph: A graph's name, its file, or a graph built in Python.
        inputs: The named inputs of a graph for a kind of task.
        model: What serves `default`: a model's name or file, or an open engine; None to look it up.
        evaluators: Evaluators added with weight 1 to the graph's.
        rounds: Overrides the graph's number of rounds.
        seed: The run's seed; the same seed gives the same drafts.
        project: The project folder; None to find it from the working folder.
        engines: Where open models are had from, and left for the next run; None to load them for this run alone.
        plugins: The plugins, loaded before; None to load those that are installed.
        allow_network: Whether evaluators that call out of this machine may do so; the user's settings can allow it too.
        answer: Who is asked where a graph asks a person: called with the question, returns the answer, or None where
            nobody is there.
    """

    prompt: str | None = None
    graph: str | Path | GraphSpec = "refine"
    inputs: Mapping[str, JsonValue] = field(default_factory=dict)
    model: str | Engine | None = None
    evaluators: Sequence[str] = ()
    rounds: int | None = None
    seed: int = 0
    project: Path | None = None
    engines: EnginePool | None = None
    plugins: Loaded | None = None
    allow_network: bool = False
    answer: Answerer | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.model, str | Engine | None):
            raise UsageError(f"model is a name, a file or an open engine, not {self.model!r:.60}")
        if isinstance(self.evaluators, str):
            raise UsageError(f"evaluators is a list of names, not {self.evaluators!r}", mend="Put it in brackets.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run that can start."""

    spec: GraphSpec
    task: Task
    parts: Parts
    engines: Engines
    model: str | None
    warnings: tuple[str, ...]
    observers: Mapping[str, Callable[[Any], object]] = field(default_factory=dict)


class Engines(Mapping[str, Engine]):
    """The engines of a run, leased when first asked for: one for each model file, whatever names it has.

    Args:
        given: An engine that serves `default`; it belongs to the caller and stays open.
        locate: Returns the file of a model's name.
        pool: Where they are leased.
        size: Returns the context that a model file is to be opened with, or None.
        on_warning: Called with what the user should know of a model.
    """

    def __init__(
        self,
        given: Engine | None = None,
        locate: Callable[[str], Path] = Path,
        *,
        pool: EnginePool,
        size: Callable[[Path], int | None] = lambda _: None,
        on_warning: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._locate = locate
        self._pool = pool
        self._size = size
        self._on_warning = on_warning
        self._engines: dict[str, Engine] = {"default": given} if given else {}
        self._leased: dict[Path, Engine] = {}
        self._scorers: dict[Path, TextScorer] = {}

    def __getitem__(self, name: str) -> Engine:
        if name not in self._engines:
            self._engines[name] = self._open(self._locate(name).resolve())
        return self._engines[name]

    def _open(self, path: Path) -> Engine:
        if path not in self._leased:
            self._leased[path] = self._pool.lease(path, context=self._size(path), on_warning=self._on_warning)
        return self._leased[path]

    def scorer(self, name: str) -> TextScorer:
        """Return the model of a name, open to score texts."""
        path = self._locate(name).resolve()
        if path not in self._scorers:
            self._scorers[path] = self._pool.lease_scorer(path)
        return self._scorers[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._engines)

    def __len__(self) -> int:
        return len(self._engines)

    @property
    def exact(self) -> bool:
        """Whether none of them lets a text depend on what else it computes."""
        return all(getattr(engine, "exact", True) for engine in self._engines.values())

    async def close(self) -> None:
        """Give back every engine and scorer that was leased here."""
        self._engines.clear()
        while self._scorers:
            await self._pool.release(self._scorers.popitem()[1])
        while self._leased:
            await self._pool.release(self._leased.popitem()[1])


def prepare(order: Order) -> Prepared:
    """Return a run that can start, its models loaded.

    Raises:
        UsageError: The prompt or an input is missing, unknown or empty.
        DefinitionError: The graph, or a name in it, is wrong.
        PluginError: A plugin that the graph needs is broken.
        ModelError: A model is missing or cannot be loaded.
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
    task = spec.task(order.prompt, order.inputs)
    warnings: list[str] = []
    uses = _uses(spec, registry)
    # Beside the models, which take longer to load.
    warm(use for node in uses.values() for use in node)
    asked = [*_asked(spec, agents), *_asked_by_evaluators(uses, agents)]
    needs = Needs(spec, asked, task)
    locate = _Locator(order, spec, project, registry)
    pool = order.engines or EnginePool(idle=0, sequences=max(_at_once(uses), *(one.widest for one in spec.whole())))
    engines = _engines(order, needs, pool, locate, warnings.append)
    try:
        scorers = scorers_of((use for node in uses.values() for use in node), engines.scorer)
        for agent in asked:
            warnings += _frame_warnings(engines[agent.model], agent)
            _require_layout(engines[agent.model], agent)
    except BaseException:
        finish(engines.close)
        raise
    parts = Parts(
        agents=agents,
        uses=uses,
        engines=engines,
        checks=registry.checks(),
        scorers=scorers,
        allow_network=order.allow_network or load_config(project).allow_network,
        functions=registry.things("nodes"),
    )
    model = engines["default"].name if any(agent.model == "default" for agent in asked) else None
    observers = {entry.full_name: entry.thing for entry in registry.entries("observers")}
    return Prepared(spec, task, parts, engines, model, tuple(warnings), observers)


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


def _at_once(uses: Mapping[str, tuple[Use, ...]]) -> int:
    """Return how many requests a node that evaluates makes at once."""
    return max([1, *(sum(_agent_of(use) is not None for use in node) for node in uses.values())])


def _engines(
    order: Order,
    needs: Needs,
    pool: EnginePool,
    locate: Callable[[str], Path],
    on_warning: Callable[[str], None],
) -> Engines:
    """Return a run's engines, each as long in context as what all of its agents need."""
    given = order.model if isinstance(order.model, Engine) else None

    def size(path: Path) -> int | None:
        others = [agent for agent in needs.agents if not (given and agent.model == "default")]
        served = [agent for agent in others if locate(agent.model).resolve() == path]
        # Other runs, of which nothing is known yet, will have what the pool opens.
        return context_for(path, served, needs, least=USUAL if order.engines else LEAST)

    return Engines(given, locate, pool=pool, size=size, on_warning=on_warning)


def _overridden(spec: GraphSpec, order: Order) -> GraphSpec:
    if order.rounds is not None:
        spec = spec.model_copy(update={"stop": _with_rounds(spec.stop, order.rounds)})
    if not order.evaluators:
        return spec
    extra = tuple(EvaluatorUse(name=name) for name in dict.fromkeys(order.evaluators))
    return spec.model_copy(update={"nodes": {name: _with(node, extra) for name, node in spec.nodes.items()}})


def _with_rounds(rules: StopRules, rounds: int) -> StopRules:
    try:
        return StopRules.model_validate(rules.model_dump() | {"rounds": rounds})
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
    names = (_agent_of(use) for node in uses.values() for use in node)
    yield from (agents[name] for name in names if name is not None)


def _agent_of(use: Use) -> str | None:
    """Return the agent that an evaluator asks: the one in the field `agent` of its parameters."""
    name = getattr(use.evaluator.validate_params(use.params), "agent", None)
    return name if isinstance(name, str) else None


@dataclass(frozen=True, slots=True)
class _Locator:
    """Returns the file of a model's name."""

    order: Order
    spec: GraphSpec
    project: Path
    registry: Registry

    def __call__(self, name: str) -> Path:
        wanted = self.order.model if name == "default" and isinstance(self.order.model, str) else None
        return resolve(
            wanted if name == "default" else name,
            serves_embedded=self.spec.embedded,
            config=load_config(self.project),
            environ=os.environ,
            plugged=lambda: self.registry.things("models"),
        ).path


def _require_layout(engine: Engine, agent: Agent) -> None:
    """Refuse an agent with `context: thread` on a model whose template cannot go on from an answer.

    Raises:
        ModelError: It cannot.
    """
    if agent.context != "thread":
        return
    turn = [Message(role="user", content="Go on.")]
    try:
        engine.extend(engine.extend((), turn).ids, turn)
    except ModelError as error:
        error.where = f"agent {agent.name}"
        raise


def _frame_warnings(engine: Engine, agent: Agent) -> list[str]:
    """Return a warning where a model that was trained on an agent's prompt meets another one."""
    try:
        frame = json.loads(engine.metadata.get("redraft.frame", "{}"))
    except (ValueError, RecursionError):
        return []
    if not isinstance(frame, dict) or frame.get(agent.name, agent.fingerprint) == agent.fingerprint:
        return []
    return [f"model '{engine.name}' was trained on another prompt of agent '{agent.name}'; expect worse answers"]
