"""Where a run goes next: the edges that leave a node, tried in file order, first match wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redraft.convergence import Continue, Decision, Revert, Stop, decide, holds
from redraft.graph.events import Decided
from redraft.graph.spec import AllOf, AnyOf, Atom, Condition, Edge, Not, StopCondition
from redraft.graph.state import progress_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redraft.convergence import Check, Progress, StopRules
    from redraft.graph.events import NodeEvent
    from redraft.graph.state import State

__all__ = ["END_NODE", "Router", "satisfied"]

END_NODE = "end"


def satisfied(condition: Condition, progress: Progress, decision: Decision) -> bool:
    """Return whether an edge's condition holds, given what the run's rules have decided."""
    match condition:
        case StopCondition():
            return isinstance(decision, Stop)
        case Atom(check=check, value=value):
            return holds(check, value, progress)
        case Not(item=item):
            return not satisfied(item, progress, decision)
        case AllOf(items=items):
            return all(satisfied(item, progress, decision) for item in items)
        case AnyOf(items=items):
            return any(satisfied(item, progress, decision) for item in items)


@dataclass(frozen=True, slots=True)
class Router:
    """Decides at a node's exit: writes `route` and `stop` into the state, which LangGraph's router only reads."""

    node: str
    edges: tuple[Edge, ...]
    rules: StopRules
    checks: Mapping[str, Check]

    def leave(self, state: State, stop: Stop | None, emit: Callable[[NodeEvent], None]) -> dict[str, Any]:
        """Return the update that sends the run on its way.

        Args:
            state: The state after the node's work.
            stop: Set where the node itself had to stop the run.
            emit: Where the decision is told.
        """
        if stop:
            emit(Decided(self.node, stop))
            return self._ended(state, stop)
        progress = progress_at(self.node, state, self.checks)
        checked = any(edge.when is not None for edge in self.edges)
        decision = decide(self.rules, progress) if checked else Continue()
        edge = self._first(progress, decision)
        if checked:
            emit(Decided(self.node, decision))
        if edge.target == END_NODE:
            return self._ended(state, decision if isinstance(decision, Stop) else _reached(edge))
        return self._going(state, edge.target, decision)

    def _first(self, progress: Progress, decision: Decision) -> Edge:
        for edge in self.edges:
            if edge.when is None or satisfied(edge.when, progress, decision):
                return edge
        raise LookupError(f"no edge that leaves '{self.node}' matches")

    def _ended(self, state: State, stop: Stop) -> dict[str, Any]:
        return {"route": END_NODE, "stop": state.get("stop") or stop.to_value()}

    def _going(self, state: State, target: str, decision: Decision) -> dict[str, Any]:
        if state.get("remaining", target_steps := 2) < target_steps:
            return self._ended(state, Stop("steps", "the steps that the caller allows are used up"))
        update: dict[str, Any] = {"route": target}
        if isinstance(decision, Stop):
            update["stop"] = decision.to_value()
        if isinstance(decision, Revert):
            update["current"] = state.get("best")
            update["counters"] = state["counters"].model_copy(update={"reverted": True})
        return update


def _reached(edge: Edge) -> Stop:
    how = "its condition holds" if edge.when else "the graph's last node is done"
    return Stop("end", f"the edge from '{edge.source}' to the end was taken: {how}")
