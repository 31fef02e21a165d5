"""A graph for LangGraph's own callers: compiled once, run by them as often as they like."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.graph.state import CompiledStateGraph

from redraft.errors import UsageError
from redraft.graph.builder import Graph
from redraft.graph.compile import compile_open
from redraft.graph.state import SAVED_TYPES
from redraft.llama.opening import SEQUENCES
from redraft.runs.engines import EnginePool
from redraft.runs.planning import Plan, planned
from redraft.runs.preparation import Models, Order, open_models

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from langgraph.store.base import BaseStore

    from redraft.graph.beginning import Input, Output
    from redraft.graph.spec import GraphSpec
    from redraft.graph.state import State
    from redraft.task import Task

__all__ = ["AsyncGraph", "compile"]

T = TypeVar("T")

_OF_A_RUN = {"answer", "inputs", "prompt", "seed"}
_OF_A_RUN_MEND = "Hand `ainvoke` what is asked, and a person's answer as `Command(resume=…)`."


class AsyncGraph(CompiledStateGraph):  # type: ignore[type-arg]
    """A compiled graph that says plainly that it is awaited: LangGraph itself says so of one of its nodes only."""

    def stream(self, *_args: Any, **_options: Any) -> NoReturn:
        """Refuse.

        Raises:
            UsageError: Always; `invoke` calls it, too.
        """
        raise UsageError(f"graph '{self.name}' runs asynchronously", mend="Await `ainvoke`, or iterate over `astream`.")


def compile(  # noqa: A001 -- what re.compile is to a pattern, this is to a graph
    graph: str | Path | GraphSpec | Graph = "refine",
    *,
    checkpointer: BaseCheckpointSaver[Any] | bool | None = None,
    store: BaseStore | None = None,
    **order: Any,
) -> CompiledStateGraph[State, None, Input, Output]:
    """Return a graph that LangGraph runs: it takes `prompt` or `inputs`, and brings `answer`, `best` and `stop`.

    Its models are opened when a node first needs one, and freed with the graph; an open engine that is handed over
    stays the caller's.

    Args:
        graph: A graph's name, its file, or a graph built in Python.
        checkpointer: LangGraph's saver, which is told of redraft's types; or True or False, as LangGraph means them.
        store: LangGraph's store: `langgraph.config.get_store()` returns it in the functions that nodes call.
        **order: What else `redraft.run` takes of a graph: model, evaluators, rounds, project, engines, plugins,
            allow_network.

    Raises:
        UsageError: The graph is a part of others, or an override does not fit it.
        DefinitionError: The graph, or a name in it, is wrong.
        PluginError: A plugin that the graph needs is broken.
    """
    for name in _OF_A_RUN & order.keys():
        raise UsageError(f"'{name}' is of a run, not of a compiled graph", mend=_OF_A_RUN_MEND)
    wanted = Order(graph=graph.spec() if isinstance(graph, Graph) else graph, **order)
    plan = planned(wanted)
    models = _Standing(replace(plan, order=replace(wanted, engines=wanted.engines or _pool(plan))))
    saver = _knowing(checkpointer) if isinstance(checkpointer, BaseCheckpointSaver) else checkpointer
    parts = plan.parts(_Late(lambda: models.open.engines), _Late(lambda: models.open.scorers))
    compiled = compile_open(plan.spec, parts, models, checkpointer=saver, store=store)
    # StateGraph makes a class of its own; a copy of the graph has the class of the graph.
    compiled.__class__ = AsyncGraph
    return compiled


def _knowing(saver: BaseCheckpointSaver[Any]) -> BaseCheckpointSaver[Any]:
    """Return a saver that restores our types, and of what a state may hold no others; it shares what is saved."""
    knowing = saver.with_allowlist(SAVED_TYPES)
    if knowing is not saver or type(saver.serde) is not JsonPlusSerializer:
        return knowing
    # One that allows everything takes no list, and warns of each type that it restores.
    knowing = copy(saver)
    knowing.serde = JsonPlusSerializer(pickle_fallback=saver.serde.pickle_fallback, allowed_msgpack_modules=SAVED_TYPES)
    return knowing


def _pool(plan: Plan) -> EnginePool:
    return EnginePool(idle=0, sequences=max(SEQUENCES, plan.at_once))


@dataclass(slots=True)
class _Standing:
    """The models of a compiled graph, opened beside the loop when a node first needs one."""

    plan: Plan
    models: Models | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def open(self) -> Models:
        """The models, once they are open."""
        if self.models is None:
            raise LookupError("no model is open yet")
        return self.models

    async def __call__(self, task: Task) -> Sequence[str]:
        """See to it that the models are open; return what a user should know, to the first who asks."""
        return () if self.models else await asyncio.to_thread(self._opened, task)

    def _opened(self, task: Task) -> Sequence[str]:
        with self.lock:
            if self.models:
                return ()
            self.models = open_models(self.plan, task)
            return (*self.plan.warnings, *self.models.warnings)


class _Late(Mapping[str, T]):
    """A mapping that is there later than what looks into it."""

    def __init__(self, there: Callable[[], Mapping[str, T]]) -> None:
        self._there = there

    def __getitem__(self, name: str) -> T:
        return self._there()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._there())

    def __len__(self) -> int:
        return len(self._there())
