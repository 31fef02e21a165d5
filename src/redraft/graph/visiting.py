"""A visit as LangGraph makes it: the node's work between the state and the command that leads on."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from langgraph.errors import GraphBubbleUp, NodeError, NodeTimeoutError
from langgraph.graph import END
from langgraph.runtime import Runtime  # noqa: TC002 -- LangGraph reads the annotations of nodes
from langgraph.types import Command

from redraft.errors import RedraftError
from redraft.graph.calling import LateCallError
from redraft.graph.events import Charged, Failed, NodeEvent, Warned
from redraft.graph.ledger import Cost, Ledger
from redraft.graph.nodes import Step, Visit, Work
from redraft.graph.routing import END_NODE
from redraft.graph.state import Counters, Stamp, State
from redraft.task import Stopped

if TYPE_CHECKING:
    from redraft.graph.ledger import Attempts
    from redraft.graph.routing import Router

__all__ = ["RunContext", "Visitor"]

Emit = Callable[[NodeEvent], None]


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a caller hands to a graph's nodes beside the state: where their events go, and the run's id."""

    emit: Emit
    run: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Makes the visits to one node, and says where the run goes on, also where the node fails.

    Args:
        work: What the node does.
        router: Decides on its edges.
        names: LangGraph's names of the graph's nodes.
        ledger: What attempts that failed have cost.
        fallback: The node to go on with where this one has failed for good, or None.
    """

    work: Work
    router: Router
    names: Mapping[str, str]
    ledger: Ledger
    fallback: str | None = None

    @property
    def node(self) -> str:
        """The node's name."""
        return self.router.node

    # A command carries the update and the way on in one write; a conditional edge would read the state once more.
    async def visit(self, state: State, runtime: Runtime[RunContext]) -> Command[Any]:
        """Do the node's work, and lead on."""
        emit, attempts, rules = _emitter(runtime), self._attempts(state, runtime), self.router.rules
        before = _charged(state["counters"], self.ledger.of(attempts))
        attempt = runtime.execution_info.node_attempt if runtime.execution_info else 1
        if attempt > 1:
            emit(Warned(f"'{self.node}' failed and is tried again, attempt {attempt}"))
        began = _began(before)
        deadline = None if rules.seconds is None else began + rules.seconds - before.seconds
        known: State = {**state, "counters": before}
        spending = _Spending(emit)
        visit = Visit(self.node, attempts[2], known, rules, deadline, spending, attempts[0], attempt)
        try:
            step = await self.work(visit)
        except GraphBubbleUp:
            raise
        except BaseException:
            self.ledger.add(attempts, spending.cost)
            raise
        self.ledger.settle(attempts)
        return self._led_on(known, step, began, emit)

    async def failed(self, state: State, error: NodeError, runtime: Runtime[RunContext]) -> Command[Any]:
        """Go on with the fallback, or end the run with what it has."""
        emit = _emitter(runtime)
        cost = self.ledger.settle(self._attempts(state, runtime))
        before = state["counters"]
        step = Step(prompt_tokens=cost.prompt_tokens, completion_tokens=cost.completion_tokens)
        counters = _after(before, self.node, step, began=_began(before))
        said = _said(error.error)
        if self.fallback is not None:
            emit(Warned(f"'{self.node}' failed: {said}; the run goes on with '{self.fallback}'"))
            after: State = {**state, "counters": counters}
            update = {"counters": counters} | self.router.divert(after, self.fallback)
            return Command(goto=self.names[update["route"]], update=update)
        emit(Failed(self.node, error.error))
        check = "timeout" if isinstance(error.error, NodeTimeoutError | LateCallError) else "error"
        stop = Stopped(check=check, detail=f"'{self.node}': {said}")
        return Command(goto=END, update={"route": END_NODE, "stop": stop, "counters": counters})

    def _led_on(self, state: State, step: Step, began: float, emit: Emit) -> Command[Any]:
        update = step.update | {"counters": _after(state["counters"], self.node, step, began=began)}
        after: State = {**state, **update}  # type: ignore[typeddict-item]
        update |= self.router.leave(after, step.stop, emit)
        return Command(goto=self.names[update["route"]], update=update)

    def _attempts(self, state: State, runtime: Runtime[RunContext]) -> Attempts:
        run = runtime.context.run if runtime.context else ""
        return run, self.node, state["counters"].visits.get(self.node, 0) + 1


@dataclass(slots=True)
class _Spending:
    """Hands events on, and keeps count of what they say was paid for."""

    emit: Emit
    cost: Cost = field(default_factory=Cost)

    def __call__(self, event: NodeEvent) -> None:
        if isinstance(event, Charged):
            self.cost += Cost(event.prompt_tokens, event.completion_tokens)
        self.emit(event)


def _emitter(runtime: Runtime[RunContext]) -> Emit:
    if runtime.context is None:
        return runtime.stream_writer
    return runtime.context.emit


def _charged(counters: Counters, cost: Cost) -> Counters:
    if cost == Cost():
        return counters
    return counters.model_copy(
        update={
            "prompt_tokens": counters.prompt_tokens + cost.prompt_tokens,
            "completion_tokens": counters.completion_tokens + cost.completion_tokens,
        }
    )


def _after(counters: Counters, node: str, step: Step, *, began: float) -> Counters:
    """Return the counters after a visit. Values of our own making need no second check: this runs at every step."""
    now = time.monotonic()
    return counters.model_copy(
        update={
            "visits": counters.visits | {node: counters.visits.get(node, 0) + 1},
            "drafts": counters.drafts + step.drafts,
            "prompt_tokens": counters.prompt_tokens + step.prompt_tokens,
            "completion_tokens": counters.completion_tokens + step.completion_tokens,
            "seconds": counters.seconds + now - began,
            "stamp": Stamp.model_construct(process=_process(), clock=now),
        }
    )


def _began(counters: Counters) -> float:
    """Return when a visit began: what this process did since it last touched the run counts with it.

    Time between processes does not count.
    """
    stamp = counters.stamp
    return stamp.clock if stamp and stamp.process == _process() else time.monotonic()


@cache
def _process() -> str:
    # Not the process id: in a container that is often 1, before and after a restart.
    return secrets.token_hex(8)


def _said(error: BaseException) -> str:
    if isinstance(error, RedraftError):
        return error.what
    if isinstance(error, NodeTimeoutError):
        return f"it took longer than {error.timeout:g} s"
    return f"{type(error).__name__}: {error}"
