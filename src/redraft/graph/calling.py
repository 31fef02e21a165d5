"""A node that calls a function of a plugin: what it reads is handed over by name, what it returns is filed."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import copy
import inspect
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redraft.convergence import Stop
from redraft.errors import PluginError, nearest
from redraft.graph.events import DraftFinished, DraftStarted, TextStreamed
from redraft.graph.fan import Pool
from redraft.graph.nodes import Step, next_draft, readable
from redraft.printing import diverted
from redraft.task import Assessed

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.graph.nodes import Visit
    from redraft.graph.spec import CallNode

__all__ = ["CallWork", "LateCallError"]

LONGEST = 1_000_000
"""Characters that a function's text may have."""


class LateCallError(PluginError):
    """A function took longer than its node allows."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a call came to: what it returned, or what it raised."""

    value: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class CallWork:
    """Calls a function, and files what it returns.

    Args:
        node: What the graph says of the call.
        function: What is called.
        checked: The nodes whose visits count rounds.
    """

    node: CallNode
    function: Callable[..., Any]
    checked: tuple[str, ...]

    async def __call__(self, visit: Visit) -> Step:
        """Call the function, unless the run's time is up."""
        stop = visit.spent(0)
        if stop:
            return Step(stop=stop)
        left = visit.seconds_left
        seconds = self.node.timeout if left is None else min(self.node.timeout, left)
        outcome = await self._called(visit, seconds)
        if outcome is None and seconds < self.node.timeout:
            return Step(stop=Stop("seconds", f"{visit.rules.seconds:g} seconds are over"))
        returned = self._opened(outcome)
        if self.node.writes == "draft":
            return self._drafted(visit, self._text(returned))
        return Step({"notes": self._notes(visit.node, returned)})

    async def _called(self, visit: Visit, seconds: float) -> _Outcome | None:
        # A copy, for a function may change what it gets, and the inputs of a task are one thing that could be changed.
        values = copy.deepcopy(readable(visit.state, self.node.reads) | self.node.params)
        call = _awaited if _is_async(self.function) else _in_thread
        result = call(self.node.call, self.function, values)
        try:
            await asyncio.wait({result}, timeout=seconds)
            return _of(result) if result.done() else None
        finally:
            # Not awaited: what refuses to be cancelled must not hold up the run.
            result.cancel()

    def _opened(self, outcome: _Outcome | None) -> Any:
        if outcome is None:
            raise LateCallError(f"'{self.node.call}' returned nothing within {self.node.timeout:g} s")
        if outcome.error is None:
            return outcome.value
        told = f"{type(outcome.error).__name__}: {_told(outcome.error)}".removesuffix(": ")
        raise PluginError(f"'{self.node.call}' raised {told}") from outcome.error

    def _drafted(self, visit: Visit, text: str) -> Step:
        draft = next_draft(visit, self.checked, shown="draft" in self.node.reads)
        draft = draft.model_copy(update={"text": text.strip()})
        visit.emit(DraftStarted(draft.index, draft.round, draft.author))
        visit.emit(TextStreamed(visit.node, draft.text, draft.index))
        visit.emit(DraftFinished(draft))
        return Step({"current": Assessed(draft=draft), "pool": Pool()}, drafts=1)

    def _notes(self, node: str, returned: Any) -> dict[str, str]:
        if self.node.writes == "note":
            return {node: self._text(returned).strip()}
        wanted = self.node.notes(node)
        if not isinstance(returned, Mapping):
            raise self._odd(f"returned {_named(returned)}, not a mapping of notes")
        for name in returned:
            if name not in wanted:
                raise self._odd(f"returned a note '{name}', which its node does not write.{nearest(str(name), wanted)}")
        missing = [name for name in wanted if name not in returned]
        if missing:
            raise self._odd(f"returned no note '{missing[0]}'")
        return {name: self._text(returned[name]).strip() for name in wanted}

    def _text(self, returned: Any) -> str:
        if not isinstance(returned, str):
            raise self._odd(f"returned {_named(returned)}, not a text")
        if len(returned) > LONGEST:
            raise self._odd(f"returned {len(returned):,} characters, more than {LONGEST:,}")
        try:
            returned.encode()
        except UnicodeEncodeError as error:
            raise self._odd(f"returned what is not valid Unicode at character {error.start + 1}") from error
        return str(returned)

    def _odd(self, what: str) -> PluginError:
        return PluginError(f"'{self.node.call}' {what}", mend="Correct the function, or what its node writes.")


def _is_async(function: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004


def _of(result: asyncio.Future[_Outcome]) -> _Outcome:
    return _Outcome(error=asyncio.CancelledError()) if result.cancelled() else result.result()


def _awaited(name: str, function: Callable[..., Any], values: Mapping[str, Any]) -> asyncio.Future[_Outcome]:
    async def work() -> _Outcome:
        try:
            with diverted(f"function '{name}'"):
                return _Outcome(await function(**values))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the boundary of a plugin call: SystemExit would end the loop
            return _Outcome(error=error)

    return asyncio.ensure_future(work())


def _in_thread(name: str, function: Callable[..., Any], values: Mapping[str, Any]) -> asyncio.Future[_Outcome]:
    """Call a function in a thread of its own: one that hangs keeps neither the process nor a worker of the loop."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[_Outcome] = loop.create_future()

    def settle(outcome: _Outcome) -> None:
        if not result.done():
            result.set_result(outcome)

    def work() -> None:
        try:
            with diverted(f"function '{name}'"):
                outcome = _Outcome(function(**values))
        except BaseException as error:  # noqa: BLE001 - the boundary of a plugin call: SystemExit would end the thread unheard
            outcome = _Outcome(error=error)
        with contextlib.suppress(RuntimeError):  # The loop has closed: nobody waits any more.
            loop.call_soon_threadsafe(settle, outcome)

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(work,), daemon=True, name=f"redraft-{name}").start()
    return result


def _named(returned: Any) -> str:
    if inspect.iscoroutine(returned):
        returned.close()
        return "a coroutine; declare the function with 'async def'"
    return "nothing (None)" if returned is None else f"a value of type {type(returned).__name__}"


def _told(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a plugin's own exception may fail to say what it is
        return ""
