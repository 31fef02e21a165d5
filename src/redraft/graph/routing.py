"""Where a run goes next: the edges that leave a node, tried in file order, first match wins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from redraft.convergence import Continue, Decision, Revert, Stop, decide
from redraft.graph.answering import answer_of
from redraft.graph.condition import AllOf, AnyOf, Atom, NoProblems, Not, Noted, Scored, StopCondition, asks_for_stop
from redraft.graph.events import Decided
from redraft.graph.holding import holding
from redraft.graph.state import progress_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from redraft.convergence import Check, Progress, StopRules
    from redraft.graph.condition import Condition, Leaf
    from redraft.graph.edge import Exit
    from redraft.graph.events import NodeEvent
    from redraft.graph.fan import Fan
    from redraft.graph.state import State

__all__ = ["END_NODE", "Router", "satisfied"]

END_NODE = "end"
LEAST_STEPS = 2
"""LangGraph's steps that must be left to visit one more node and still end."""


def satisfied(condition: Condition, progress: Progress, decision: Decision) -> bool:
    """Return whether an edge's condition holds, given what the run's rules have decided."""
    match condition:
        case StopCondition():
            return isinstance(decision, Stop)
        case Atom() | Scored() | NoProblems() | Noted():
            return holding(condition, progress) is not None
        case Not(item=item):
            return not satisfied(item, progress, decision)
        case AllOf(items=items):
            return all(satisfied(item, progress, decision) for item in items)
        case AnyOf(items=items):
            return any(satisfied(item, progress, decision) for item in items)


@dataclass(frozen=True, slots=True)
class Router:
    """Decides at a node's exit where the run goes on, or why it ends: `route` and `stop` in the state say so."""

    node: str
    exits: tuple[Exit, ...]
    rules: StopRules
    checks: Mapping[str, Check]
    fans: Mapping[str, Fan] = field(default_factory=dict)

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
        decision = self._decide(progress)
        way = self._first(progress, decision)
        ended = _reason(way, progress, decision) if way.targets == (END_NODE,) else None
        if any(way.when is not None for way in self.exits):
            emit(Decided(self.node, ended or decision))
        return self._ended(state, ended) if ended else self._going(state, way.targets, decision)

    def _decide(self, progress: Progress) -> Decision:
        """Return what the graph's own rules say here; they stop only where an edge asks for that."""
        conditions = [way.when for way in self.exits if way.when is not None]
        decision = decide(self.rules, progress) if conditions else Continue()
        asked = any(asks_for_stop(condition) for condition in conditions)
        return decision if asked or not isinstance(decision, Stop) else Continue()

    def _first(self, progress: Progress, decision: Decision) -> Exit:
        for way in self.exits:
            if way.when is None or satisfied(way.when, progress, decision):
                return way
        raise LookupError(f"no edge that leaves '{self.node}' matches")

    def divert(self, state: State, target: str) -> dict[str, Any]:
        """Return the update that sends a run on from a node that failed.

        Args:
            state: The state after the failure.
            target: The node's fallback.
        """
        if target == END_NODE:
            return self._ended(state, Stop("end", f"'{self.node}' failed, and its fallback is the end"))
        return self._going(state, (target,), Continue())

    def _ended(self, state: State, stop: Stop) -> dict[str, Any]:
        return {"route": END_NODE, "stop": state.get("stop") or stop.to_value(), "answer": answer_of(state)}

    def _going(self, state: State, targets: tuple[str, ...], decision: Decision) -> dict[str, Any]:
        fan = self.fans.get("+".join(targets))
        least = LEAST_STEPS + (1 if fan else 0)
        if state.get("remaining", least) < least:
            return self._ended(state, Stop("steps", "the steps that the caller allows are used up"))
        update: dict[str, Any] = {"route": "+".join(targets)} | ({"fan": fan} if fan else {})
        if isinstance(decision, Stop):
            update["stop"] = decision.to_value()
        if isinstance(decision, Revert):
            update["current"] = state.get("best")
            update["counters"] = state["counters"].model_copy(update={"reverted": True})
        return update


def _stated(condition: Condition | None) -> Iterator[Leaf]:
    """Yield what counts in a condition where it holds: what is outside of a `not`."""
    match condition:
        case Atom() | Scored() | NoProblems() | Noted():
            yield condition
        case AllOf(items=items) | AnyOf(items=items):
            for item in items:
                yield from _stated(item)


def _reason(way: Exit, progress: Progress, decision: Decision) -> Stop:
    """Return why an edge to the end was taken: the rules' decision, or the first that its own conditions give."""
    if isinstance(decision, Stop) and (way.when is None or asks_for_stop(way.when)):
        return decision
    for leaf in _stated(way.when):
        found = holding(leaf, progress)
        if isinstance(found, Stop):
            return found
    how = "its condition holds" if way.when else "the graph's last node is done"
    return Stop("end", f"the edge from '{way.source}' to the end was taken: {how}")
