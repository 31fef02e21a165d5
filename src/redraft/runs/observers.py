"""Observers: functions of plugins that see each event of a run, beside it and never in its way."""

from __future__ import annotations

import asyncio
import copy
import logging
import queue
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from redraft.printing import diverted
from redraft.runs.events import RunEnded, RunStarted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redraft.runs.events import Event

__all__ = ["Audience"]

PATIENCE = 5.0
"""Seconds that an observer may take for one event; one that takes longer sees no more of the run."""

FAREWELL = 0.5
"""Seconds that a run that is over waits for its observers to see the end."""

_log = logging.getLogger(__name__)


class Audience:
    """The observers of one run, each in a thread of its own: they see every event in its order.

    One that raises, or hangs, is logged once and left out. None can stop the run, or change what it works on.

    Args:
        observers: The functions, by name.
    """

    def __init__(self, observers: Mapping[str, Callable[[Any], object]]) -> None:
        self._seats = [_Seat(name, observer) for name, observer in observers.items()]

    def tell(self, event: Event) -> None:
        """Have every observer see an event; returns at once."""
        if self._seats:
            event = _apart(event)
        for seat in self._seats:
            seat.tell(event)

    async def leave(self) -> None:
        """Wait until all have seen what they were told, but not for long."""
        for seat in self._seats:
            seat.tell(None)
        if any(seat.is_busy for seat in self._seats):
            await asyncio.to_thread(self._close)

    def _close(self) -> None:
        ends = time.monotonic() + FAREWELL
        for seat in self._seats:
            seat.close(max(ends - time.monotonic(), 0))


class _Seat:
    """An observer, and the events that it has yet to see."""

    def __init__(self, name: str, observer: Callable[[Any], object]) -> None:
        self._name = name
        self._observer = observer
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._since: float | None = None
        self._gone = False
        # A daemon: what hangs must not keep the process.
        self._thread = threading.Thread(target=self._watch, name=f"redraft-observer-{name}", daemon=True)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether it still has something to see."""
        return not self._gone and self._thread.is_alive()

    def tell(self, event: Event | None) -> None:
        """Put an event in line, unless the observer has gone, or hangs."""
        since = self._since
        if not self._gone and since is not None and time.monotonic() - since > PATIENCE:
            self._leave_out(f"takes more than {PATIENCE:g} s for one event")
        if not self._gone:
            self._events.put(event)

    def close(self, seconds: float) -> None:
        """Leave the observer out where it does not come to the end within some seconds."""
        self._thread.join(seconds)
        if self.is_busy:
            self._leave_out("had not seen all when the run was over")

    def _watch(self) -> None:
        while (event := self._events.get()) is not None and not self._gone:
            self._since = time.monotonic()
            try:
                with diverted(f"observer '{self._name}'"):
                    self._observer(event)
            except BaseException as error:  # noqa: BLE001 - the boundary of a plugin call: SystemExit would end the thread unheard
                self._leave_out(f"raised {type(error).__name__}: {_told(error)}")
                return
            self._since = None

    def _leave_out(self, why: str) -> None:
        if not self._gone:
            self._gone = True
            _log.warning("observer '%s' %s; it sees no more of this run", self._name, why)


def _apart(event: Event) -> Event:
    """Return an event whose task is a copy: its inputs are the one thing of a run that could be changed."""
    match event:
        case RunStarted(task=task):
            return replace(event, task=copy.deepcopy(task))
        case RunEnded(outcome=outcome):
            return replace(event, outcome=outcome.model_copy(update={"task": copy.deepcopy(outcome.task)}))
    return event


def _told(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a plugin's own exception may fail to say what it is
        return ""
