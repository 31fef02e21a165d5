"""A run that can start: its graph, proved sound; its task; and its models, open."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redraft.errors import ModelError, UsageError
from redraft.evaluation import warm
from redraft.graph.needs import USUAL, Needs
from redraft.llama.interface import Engine
from redraft.runs.contexts import LEAST, context_for
from redraft.runs.engines import EnginePool, finish
from redraft.runs.models import model_file
from redraft.runs.planning import planned
from redraft.runs.scorers import scorers_of
from redraft.task import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import JsonValue

    from redraft.agents import Agent
    from redraft.graph.compile import Parts
    from redraft.graph.spec import GraphSpec
    from redraft.llama.scorer import Scorer, TextScorer
    from redraft.plugins import Loaded
    from redraft.runs.people import Answerer
    from redraft.runs.planning import Plan
    from redraft.task import Task

__all__ = ["Engines", "Models", "Order", "Prepared", "open_models", "prepare"]


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


@dataclass(frozen=True, slots=True)
class Models:
    """Open models: those that agents ask, those that evaluators score with, and what a user should know of them."""

    engines: Engines
    scorers: Mapping[str, Scorer]
    warnings: tuple[str, ...]


def prepare(order: Order) -> Prepared:
    """Return a run that can start, its models loaded.

    Raises:
        UsageError: The prompt or an input is missing, unknown or empty.
        DefinitionError: The graph, or a name in it, is wrong.
        PluginError: A plugin that the graph needs is broken.
        ModelError: A model is missing or cannot be loaded.
    """
    plan = planned(order)
    task = plan.spec.task(order.prompt, order.inputs)
    models = open_models(plan, task)
    model = models.engines["default"].name if any(agent.model == "default" for agent in plan.asked) else None
    observers = {entry.full_name: entry.thing for entry in plan.registry.entries("observers")}
    parts = plan.parts(models.engines, models.scorers)
    return Prepared(plan.spec, task, parts, models.engines, model, (*plan.warnings, *models.warnings), observers)


def open_models(plan: Plan, task: Task) -> Models:
    """Return the models of a plan, open, with the context that its agents need for a task.

    Raises:
        ModelError: A model is missing or cannot be loaded.
    """
    # Beside the models, which take longer to load.
    warm(plan.each_use)
    warnings: list[str] = []
    engines = _engines(plan, Needs(plan.spec, list(plan.asked), task), warnings.append)
    try:
        scorers = scorers_of(plan.each_use, engines.scorer)
        for agent in plan.asked:
            warnings += _frame_warnings(engines[agent.model], agent)
            _require_layout(engines[agent.model], agent)
    except BaseException:
        finish(engines.close)
        raise
    return Models(engines, scorers, tuple(warnings))


def _engines(plan: Plan, needs: Needs, on_warning: Callable[[str], None]) -> Engines:
    """Return a run's engines, each as long in context as what all of its agents need."""
    order = plan.order
    pool = order.engines or EnginePool(idle=0, sequences=plan.at_once)
    given = order.model if isinstance(order.model, Engine) else None
    named = order.model if isinstance(order.model, str) else None

    def locate(name: str) -> Path:
        return model_file(named if name == "default" else name, plan.spec, plan.project, plan.registry).path

    def size(path: Path) -> int | None:
        others = [agent for agent in needs.agents if not (given and agent.model == "default")]
        served = [agent for agent in others if locate(agent.model).resolve() == path]
        # Other runs, of which nothing is known yet, will have what the pool opens.
        return context_for(path, served, needs, least=USUAL if order.engines else LEAST)

    return Engines(given, locate, pool=pool, size=size, on_warning=on_warning)


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
