"""A visit as LangGraph makes it: the node's work between the state and the command that leads on."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from langgraph.errors import GraphBubbleUp, NodeError, NodeTimeoutError
from langgraph.runtime import Runtime  # noqa: TC002 -- LangGraph reads the annotations of nodes
from langgraph.types import Command

from redraft.convergence import Stop
from redraft.errors import RedraftError
from redraft.graph.answering import answer_of
from redraft.graph.beginning import after, entered
from redraft.graph.calling import LateCallError
from redraft.graph.context import RunContext, clock_of, context_of, emitter_of, run_of
from redraft.graph.counting import began_at, charged, counted
from redraft.graph.events import Charged, Decided, DraftFinished, Failed, NoteWritten, Visited, Warned
from redraft.graph.joining import gathered, landed, place_of, stop_of
from redraft.graph.ledger import Cost, Ledger
from redraft.graph.nodes import Share, Step, Visit, Work
from redraft.graph.routing import END_NODE
from redraft.graph.state import State  # noqa: TC001 -- LangGraph reads the annotations of nodes
from redraft.task import Stopped, Task

if TYPE_CHECKING:
    from redraft.graph.context import Emit
    from redraft.graph.events import NodeEvent
    from redraft.graph.fan import Fan, Landed
    from redraft.graph.ledger import Attempts
    from redraft.graph.routing import Router

__all__ = ["Ready", "Visitor", "at_once"]

Ready = Callable[[Task], Awaitable[Sequence[str]]]
"""Sees to it that a graph's models are open for a task; returns what a user should know of them."""


async def at_once(_: Task) -> Sequence[str]:
    """Be ready at once: the models are open, and whoever opened them has said what there is to say."""
    return ()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Makes the visits to one node, and says where the run goes on, also where the node fails.

    Args:
        work: What the node does.
        router: Decides on its edges.
        names: LangGraph's names of the graph's nodes.
        ledger: What attempts that failed have cost.
        begin: Returns the update that a run begins with, empty where it has begun.
        drafts: How many drafts each node of the graph writes on a visit.
        fallback: The node to go on with where this one has failed for good, or None.
        ready: Awaited before the work: opens the models where they are not open yet, returns what a user should know.
    """

    work: Work
    router: Router
    names: Mapping[str, str]
    ledger: Ledger
    begin: Callable[[State], dict[str, Any]]
    drafts: Mapping[str, int]
    fallback: str | None
    ready: Ready

    @property
    def node(self) -> str:
        """The node's name."""
        return self.router.node

    # A command carries the update and the way on in one write; a conditional edge would read the state once more.
    async def visit(self, state: State, runtime: Runtime[RunContext]) -> Command[Any]:
        """Do the node's work, and lead on; begin the run where this is where it begins."""
        beginning = self.begin(state)
        return after(beginning, await self._visited(entered(state, beginning), runtime))

    async def _visited(self, state: State, runtime: Runtime[RunContext]) -> Command[Any]:
        emit = emitter_of(runtime)
        for message in await self.ready(state["task"]):
            emit(Warned(message))
        fan = state.get("fan")
        if fan and self.node in fan.nodes:
            step = await self._beside_others(state, fan, emit, runtime)
            return self._landed(fan, landed(step), step.update.get("notes"))
        met = gathered(state, self.drafts)
        stop = stop_of(state)
        state = {**state, **met}  # type: ignore[typeddict-item]
        if stop:
            _tell_visits(fan, None, emit)
            return self._ended(state, met, stop, runtime)
        known, began = self._known(state, runtime)
        step = await self._worked(self._visit(known, began, emit, runtime), known, emit, runtime)
        _tell_visits(fan, self.node, emit)
        counters = counted(known["counters"], self.node, step, began=began, clock=clock_of(runtime))
        update = met | step.update | {"counters": counters}
        left: State = {**known, **update}  # type: ignore[typeddict-item]
        return self._command(update | self.router.leave(left, step.stop, emit))

    async def failed(self, state: State, error: NodeError, runtime: Runtime[RunContext]) -> Command[Any]:
        """Go on with the fallback, or end the run with what it has.

        Raises:
            BaseException: The node's own, where it has no fallback, the run has no draft, and nobody takes its events.
        """
        beginning = self.begin(state)
        state = entered(state, beginning)
        if self.fallback is None and context_of(runtime) is None and answer_of(state) is None:
            raise error.error
        return after(beginning, self._failed(state, error, runtime))

    def _failed(self, state: State, error: NodeError, runtime: Runtime[RunContext]) -> Command[Any]:
        emit, fan = emitter_of(runtime), state.get("fan")
        cost = self.ledger.settle(self._attempts(state, runtime))
        said = _said(error.error)
        if self.fallback is None:
            emit(Failed(self.node, error.error))
        else:
            emit(Warned(f"'{self.node}' failed: {said}; the run goes on with '{self.fallback}'"))
        check = "timeout" if isinstance(error.error, NodeTimeoutError | LateCallError) else "error"
        stop = None if self.fallback else Stopped(check=check, detail=f"'{self.node}': {said}")
        paid = Step({}, cost.prompt_tokens, cost.completion_tokens, cost.drafts)
        if fan and self.node in fan.nodes:
            return self._landed(fan, landed(paid).model_copy(update={"stop": stop}), None)
        _tell_visits(fan, self.node, emit)
        met = gathered(state, self.drafts)
        state = {**state, **met}  # type: ignore[typeddict-item]
        clock = clock_of(runtime)
        began = began_at(state["counters"], clock)
        update = met | {"counters": counted(state["counters"], self.node, paid, began=began, clock=clock)}
        if stop or self.fallback is None:
            return self._command(update | {"route": END_NODE, "stop": stop, "answer": answer_of(state)})
        diverted: State = {**state, **update}  # type: ignore[typeddict-item]
        return self._command(update | self.router.divert(diverted, self.fallback))

    async def _beside_others(self, state: State, fan: Fan, emit: Emit, runtime: Runtime[RunContext]) -> Step:
        known, began = self._known(state, runtime)
        writers = {node: self.drafts.get(node, 1) for node in fan.nodes}
        taken = place_of(self.node, known, self.drafts)
        counters = known["counters"]
        placed: State = {**known, "counters": counters.model_copy(update={"drafts": counters.drafts + taken})}
        share = Share(writers[self.node], sum(writers.values()))
        return await self._worked(self._visit(placed, began, emit, runtime, share), placed, emit, runtime)

    async def _worked(self, visit: Visit, state: State, emit: Emit, runtime: Runtime[RunContext]) -> Step:
        attempts, spending = self._attempts(state, runtime), _Spending(emit)
        if visit.attempt > 1:
            emit(Warned(f"'{self.node}' failed and is tried again, attempt {visit.attempt}"))
        try:
            step = await self.work(replace(visit, emit=spending))
        except GraphBubbleUp:
            raise
        except BaseException:
            self.ledger.add(attempts, spending.cost)
            raise
        for note, text in step.update.get("notes", {}).items():
            emit(NoteWritten(self.node, note, text))
        waste = self.ledger.settle(attempts)
        if state.get("fan") and waste != Cost():
            # The join counts what a step says; elsewhere the counters have it already.
            paid = Cost(step.prompt_tokens, step.completion_tokens) + waste
            return replace(step, prompt_tokens=paid.prompt_tokens, completion_tokens=paid.completion_tokens)
        return step

    def _known(self, state: State, runtime: Runtime[RunContext]) -> tuple[State, float]:
        cost = self.ledger.of(self._attempts(state, runtime))
        # The drafts of a fan-out have their indexes by their places in it.
        before = charged(state["counters"], replace(cost, drafts=0) if state.get("fan") else cost)
        return {**state, "counters": before}, began_at(before, clock_of(runtime))

    def _visit(
        self, state: State, began: float, emit: Emit, runtime: Runtime[RunContext], share: Share | None = None
    ) -> Visit:
        run, node, number = self._attempts(state, runtime)
        rules, clock = self.router.rules, clock_of(runtime)
        used = state["counters"].seconds + clock() - began
        deadline = None if rules.seconds is None else time.monotonic() + rules.seconds - used
        attempt = runtime.execution_info.node_attempt if runtime.execution_info else 1
        return Visit(node, number, state, rules, deadline, emit, run, attempt, share or Share(), clock)

    def _landed(self, fan: Fan, brought: Landed, notes: dict[str, str] | None) -> Command[Any]:
        update: dict[str, Any] = {"landed": {self.node: brought}} | ({"notes": notes} if notes else {})
        return Command(goto=self.names[fan.join], update=update)

    def _ended(self, state: State, met: dict[str, Any], stop: Stopped, runtime: Runtime[RunContext]) -> Command[Any]:
        if stop.check not in {"error", "timeout"}:
            emitter_of(runtime)(Decided(self.node, Stop(stop.check, stop.detail)))
        clock = clock_of(runtime)
        began = began_at(state["counters"], clock)
        counters = counted(state["counters"], "", Step(), began=began, clock=clock)
        ended = {"counters": counters, "route": END_NODE, "stop": stop, "answer": answer_of(state)}
        return self._command(met | ended)

    def _command(self, update: dict[str, Any]) -> Command[Any]:
        return Command(goto=[self.names[name] for name in update["route"].split("+")], update=update)

    def _attempts(self, state: State, runtime: Runtime[RunContext]) -> Attempts:
        return run_of(runtime), self.node, state["counters"].visits.get(self.node, 0) + 1


@dataclass(slots=True)
class _Spending:
    """Hands events on, and keeps count of what they say was paid for."""

    emit: Emit
    cost: Cost = field(default_factory=Cost)

    def __call__(self, event: NodeEvent) -> None:
        if isinstance(event, Charged):
            self.cost += Cost(event.prompt_tokens, event.completion_tokens)
        elif isinstance(event, DraftFinished):
            self.cost += Cost(drafts=1)
        self.emit(event)


def _tell_visits(fan: Fan | None, node: str | None, emit: Emit) -> None:
    """Tell that a node has been visited, and before it those of the fan-out that it joins."""
    for name in (*(fan.nodes if fan else ()), *((node,) if node else ())):
        emit(Visited(name))


def _said(error: BaseException) -> str:
    if isinstance(error, RedraftError):
        return error.what
    if isinstance(error, NodeTimeoutError):
        return f"it took longer than {error.timeout:g} s"
    return f"{type(error).__name__}: {error}"
