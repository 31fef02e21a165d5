"""A node that is a whole graph: it works on the same task, within what is left, and brings its best draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from redraft.convergence import Stop
from redraft.errors import GenerationError
from redraft.graph.events import Decided, Failed, NoteWritten, Visited
from redraft.graph.fan import Pool
from redraft.graph.nodes import Step
from redraft.graph.state import Counters, Memory, remember, seed_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from langgraph.graph.state import CompiledStateGraph

    from redraft.convergence import StopRules
    from redraft.graph.context import RunContext
    from redraft.graph.events import NodeEvent
    from redraft.graph.nodes import Visit
    from redraft.graph.spec import GraphSpec
    from redraft.graph.state import State

    Compile = Callable[[GraphSpec], CompiledStateGraph[State, RunContext, State, State]]

__all__ = ["GraphWork"]


@dataclass(frozen=True, slots=True)
class GraphWork:
    """Walks over a graph of its own.

    Args:
        spec: The graph.
        compiled: Makes a graph that LangGraph runs of it.
        context: Makes what its nodes are handed beside the state, of where their events go, the run's id and its clock.
    """

    spec: GraphSpec
    compiled: Compile
    context: Callable[[Callable[[NodeEvent], None], str, Callable[[], float]], RunContext]

    async def __call__(self, visit: Visit) -> Step:
        """Walk over the graph, unless the run's budgets are used up."""
        stop = visit.spent(1)
        if stop:
            return Step(stop=stop)
        teller = _Teller(visit)
        # Compiled for this visit: its limits are what is left now. LangGraph finds its checkpoints by the node's name.
        graph = self.compiled(self.spec.model_copy(update={"stop": _narrowed(self.spec.stop, visit)}))
        state = await graph.ainvoke(self._start(visit), context=self.context(teller, visit.run, visit.clock))
        if teller.error is not None:
            raise teller.error
        return self._step(visit, state)

    def _start(self, visit: Visit) -> State:
        outer = visit.state
        state: State = {
            "task": outer["task"],
            "seed": seed_for(outer.get("seed", 0), visit.node, visit.number, attempt=visit.attempt),
            "counters": Counters(drafts=outer["counters"].drafts),
            "memory": Memory(),
        }
        current = outer.get("current")
        if current and "draft" in self.spec.reads:
            verdict = current.verdict if "verdict" in self.spec.reads else None
            state["current"] = current.model_copy(update={"verdict": verdict})
        if "critique" in self.spec.reads:
            state["critique"] = outer.get("critique")
        return state

    def _step(self, visit: Visit, state: dict[str, Any]) -> Step:
        counters, best = state["counters"], state.get("best") or state.get("current")
        if best is None:
            stop = state["stop"]
            if stop.check in {"tokens", "seconds"}:
                return Step(stop=Stop(stop.check, stop.detail))
            raise GenerationError(f"graph '{self.spec.name}' brought no draft: {stop.check}, {stop.detail}")
        update = {"current": best, "pool": Pool()}
        if best.verdict is not None:
            update |= remember(visit.state, visit.node, best, rules=visit.rules)
        made = counters.drafts - visit.state["counters"].drafts
        return Step(update, counters.prompt_tokens, counters.completion_tokens, made)


@dataclass(slots=True)
class _Teller:
    """Hands on what happens in the graph, as of a node of its own; keeps what made it fail."""

    visit: Visit
    error: BaseException | None = None

    def __call__(self, event: NodeEvent) -> None:
        match event:
            case Failed(error=error):
                self.error = error
            case Decided(node=node) | Visited(node=node) | NoteWritten(node=node):
                self.visit.emit(replace(event, node=f"{self.visit.node}/{node}"))
            case _:
                self.visit.emit(event)


def _narrowed(rules: StopRules, visit: Visit) -> StopRules:
    """Return a graph's own limits, or what is left of the run's where that is less."""
    tokens = [limit for limit in (rules.tokens, visit.tokens_left) if limit is not None]
    seconds = [limit for limit in (rules.seconds, visit.seconds_left) if limit is not None]
    return rules.model_copy(update={"tokens": min(tokens, default=None), "seconds": min(seconds, default=None)})
