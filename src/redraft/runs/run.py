"""One walk of a graph over a task, from Python: awaited, streamed, or simply called."""

from __future__ import annotations

import asyncio
import queue
import secrets
import threading
from contextlib import aclosing, nullcontext, suppress
from typing import TYPE_CHECKING, Any, Self

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.types import Command
from langsmith.run_helpers import tracing_context

from redraft.errors import RedraftError
from redraft.graph.compile import RunContext, compile_graph
from redraft.graph.events import Asked, Failed, Warned
from redraft.graph.questions import Question
from redraft.graph.state import SAVED_TYPES, start_state
from redraft.runs.engines import finish
from redraft.runs.events import RunEnded, RunStarted
from redraft.runs.observers import Audience
from redraft.runs.people import Pausing, answered
from redraft.runs.preparation import Order, Prepared, prepare
from redraft.runs.record import Record
from redraft.task import Outcome, Stopped

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
    from types import TracebackType

    from langgraph.graph.state import CompiledStateGraph

    from redraft.graph.events import NodeEvent
    from redraft.graph.state import State
    from redraft.runs.events import Event
    from redraft.runs.people import Answerer

    Compiled = CompiledStateGraph[State, RunContext, State, State]

__all__ = ["LiveRun", "arun", "astream", "run", "stream", "walk"]


_FAREWELL = 1.0
"""Seconds in which the loop of a run that is over may close: what refuses to be cancelled would keep it open."""


def run(prompt: str | None = None, **order: Any) -> Outcome:
    """Run a graph over a task to its end, and return the outcome.

    Works in a script and in a notebook alike, for it brings its own event loop.

    Args:
        prompt: What is asked.
        **order: The other fields of `Order`: graph, inputs, model, evaluators, rounds, seed, project, engines.

    Raises:
        RedraftError: The run could not start, or failed before there was any draft.
    """
    with stream(prompt, **order) as events:
        for event in events:
            if isinstance(event, RunEnded):
                return _checked(event)
    raise RedraftError("the run ended without an outcome")


async def arun(prompt: str | None = None, **order: Any) -> Outcome:
    """Run a graph over a task to its end; see `run`."""
    async with aclosing(astream(prompt, **order)) as events:
        async for event in events:
            if isinstance(event, RunEnded):
                return _checked(event)
    raise RedraftError("the run ended without an outcome")


def stream(prompt: str | None = None, **order: Any) -> LiveRun:
    """Start a run, and return an iterator over its events; the last one is `RunEnded`.

    Raises:
        RedraftError: From the first step of the iteration, where the run could not start.
    """
    return LiveRun(Order(prompt, **order))


async def astream(
    prompt: str | None = None, *, on_start: Callable[[Callable[[], None]], None] | None = None, **order: Any
) -> AsyncGenerator[Event, None]:
    """Yield a run's events as they happen; the last one is `RunEnded`. Closing the generator ends the run.

    Args:
        prompt: What is asked.
        on_start: Called once with a function that ends the run early, from any thread.
        **order: The other fields of `Order`.

    Raises:
        RedraftError: The run could not start.
    """
    wanted = Order(prompt, **order)
    prepared = await _prepared(wanted)
    try:
        async with aclosing(walk(prepared, wanted.seed, on_start, answer=wanted.answer)) as events:
            async for event in events:
                yield event
    finally:
        await prepared.engines.close()


async def walk(
    prepared: Prepared,
    seed: int = 0,
    on_start: Callable[[Callable[[], None]], None] | None = None,
    *,
    answer: Answerer | None = None,
    compiled: Compiled | None = None,
) -> AsyncGenerator[Event, None]:
    """Yield the events of one walk over a graph that is prepared already; see `astream`.

    Args:
        prepared: The graph, its task, and all that its names stand for.
        seed: The run's seed.
        on_start: Called once with a function that ends the run early.
        answer: Who is asked where the graph asks a person.
        compiled: The graph as `compile_graph` gave it, for those who walk it often; None to compile it now.
    """
    record = Record(
        secrets.token_hex(6), prepared.spec.name, prepared.model, prepared.task, exact=prepared.engines.exact
    )
    events: asyncio.Queue[NodeEvent | None] = asyncio.Queue()
    audience = Audience(prepared.observers)
    clock = Pausing()
    began = clock()
    context = RunContext(_teller(record, events), record.run, clock)
    # LangGraph sends traces away wherever the environment of another project asks for them; a run of ours stays here.
    with tracing_context(enabled=False):
        task = asyncio.create_task(_walked(prepared, start_state(prepared.task, seed=seed), context, answer, compiled))
    task.add_done_callback(lambda _: events.put_nowait(None))
    if on_start:
        loop = asyncio.get_running_loop()
        on_start(lambda: _call_soon(loop, task.cancel))
    try:
        for first in _opening(record, prepared.warnings):
            audience.tell(first)
            yield first
        while (event := await events.get()) is not None:
            audience.tell(event)
            yield event
    finally:
        task.cancel()
        await asyncio.wait([task])
        while not events.empty() and (left := events.get_nowait()) is not None:
            audience.tell(left)
        ended = RunEnded(record.outcome(_stop_of(task, record), seconds=clock() - began), record.error)
        audience.tell(ended)
        await audience.leave()
    yield ended


async def _walked(
    prepared: Prepared, start: State, context: RunContext, answer: Answerer | None, compiled: Compiled | None
) -> dict[str, Any]:
    """Walk to the end, or to a question that nobody answers; return the state."""
    # Only a run that asks has to be gone on with.
    saver = InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=SAVED_TYPES)) if prepared.spec.asks else None
    graph = compiled or compile_graph(prepared.spec, prepared.parts, checkpointer=saver)
    config: Any = {"configurable": {"thread_id": context.run}} if saver else None
    state: dict[str, Any] = await graph.ainvoke(start, config, context=context)
    while waiting := state.get("__interrupt__"):
        question = Question.model_validate(waiting[0].value)
        context.emit(Asked(question))
        with context.clock.standing() if isinstance(context.clock, Pausing) else nullcontext():
            given = None if answer is None else await answered(answer, question)
        if given is None:
            return state | {"stop": Stopped(check="waiting", detail=f"'{question.node}' asks: {question.question}")}
        state = await graph.ainvoke(Command(resume=given), config, context=context)
    return state


async def _prepared(order: Order) -> Prepared:
    """Return a prepared run; where nobody waits for it any more, its engines are given back."""
    made: list[Prepared] = []
    unwanted = threading.Event()

    def give_back() -> None:
        with suppress(IndexError):  # The other side has done so.
            finish(made.pop().engines.close)

    def work() -> Prepared:
        made.append(prepared := prepare(order))
        if unwanted.is_set():
            give_back()
        return prepared

    try:
        return await asyncio.to_thread(work)
    except asyncio.CancelledError:
        unwanted.set()
        give_back()
        raise


def _opening(record: Record, warnings: Sequence[str]) -> Iterator[Event]:
    yield RunStarted(record.run, record.graph, record.model, record.task)
    yield from map(Warned, warnings)


def _teller(record: Record, events: asyncio.Queue[NodeEvent | None]) -> Callable[[NodeEvent], None]:
    def tell(event: NodeEvent) -> None:
        record.add(event)
        events.put_nowait(event)

    return tell


def _stop_of(walk: asyncio.Task[dict[str, Any]], record: Record) -> Stopped | None:
    if walk.cancelled():
        return Stopped(check="interrupted", detail="the run was ended from outside")
    error = walk.exception()
    if error is None:
        stop: Stopped | None = walk.result().get("stop")
        return stop
    record.add(Failed("", error))
    return Stopped(check="error", detail=f"{type(error).__name__}: {error}")


def _call_soon(loop: asyncio.AbstractEventLoop, function: Callable[[], object]) -> None:
    with suppress(RuntimeError):  # The loop is closed: the run has ended.
        loop.call_soon_threadsafe(function)


def _checked(end: RunEnded) -> Outcome:
    if end.outcome.answer is None and end.error is not None:
        raise end.error
    return end.outcome


class LiveRun:
    """A run under way in a thread of its own: iterate over its events, or end it early with `interrupt`."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()
        self._stopper: Callable[[], None] | None = None
        self._interrupted = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="redraft-run", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.interrupt()
        if self._stopper:
            self._over.wait()
            self._thread.join(_FAREWELL)

    def __iter__(self) -> Iterator[Event]:
        while (item := self._events.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
        # Whoever iterates once more finds the end again, and does not wait for ever.
        self._events.put(None)

    def interrupt(self) -> None:
        """End the run at its next token; its outcome still comes. Safe from any thread and from a signal handler.

        A run that is still loading its model has no outcome: the iteration ends with KeyboardInterrupt.
        """
        self._interrupted.set()
        if self._stopper:
            self._stopper()
        else:
            self._events.put(KeyboardInterrupt())

    def _work(self) -> None:
        try:
            asyncio.run(self._forward())
        except BaseException as error:  # noqa: BLE001  (handed to the thread that iterates)
            self._events.put(error)
        finally:
            self._events.put(None)

    async def _forward(self) -> None:
        order = {name: getattr(self._order, name) for name in Order.__slots__ if name != "prompt"}
        try:
            async for event in astream(self._order.prompt, on_start=self._started, **order):
                self._events.put(event)
        finally:
            self._over.set()

    def _started(self, stopper: Callable[[], None]) -> None:
        self._stopper = stopper
        if self._interrupted.is_set():
            stopper()
