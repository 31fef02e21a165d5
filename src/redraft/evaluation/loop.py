"""The loops that async evaluators of plugins run in: one for each distribution, in a thread of its own."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import contextvars
import functools
import logging
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

__all__ = ["Loops", "PluginLoop", "loops"]

_ANSWERS = 0.1
"""Seconds that a loop which is late has to show that nothing blocks it."""

_FAREWELL = 0.2

_log = logging.getLogger(__name__)


class PluginLoop:
    """A loop in a thread: who blocks it holds up nobody but the plugins of its distribution, and them only once."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda _, context: _log.debug("in a plugin's loop: %s", context["message"]))
        self._thread = threading.Thread(target=self._run, name=f"redraft-{name}", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._thread.is_alive()

    def start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
        """Start some work, and return what cancels it."""
        context, task = contextvars.copy_context(), None

        def begin() -> None:
            nonlocal task
            task = self._loop.create_task(work(), context=context)

        def cancel() -> None:
            if task is not None:
                task.cancel()

        self._soon(begin)
        return lambda: self._soon(cancel)

    async def answers(self) -> bool:
        """Return whether nothing blocks it."""
        home, answered = asyncio.get_running_loop(), asyncio.Event()
        self._soon(lambda: home.call_soon_threadsafe(answered.set))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(answered.wait(), _ANSWERS)
        return answered.is_set()

    def stop(self) -> None:
        """End it, as soon as nothing blocks it."""
        self._soon(self._loop.stop)

    def join(self, seconds: float) -> None:
        """Wait until it has ended."""
        self._thread.join(seconds)

    def _soon(self, function: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # It is closed.
            self._loop.call_soon_threadsafe(function)

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        except BaseException:  # noqa: BLE001 - a task that a plugin started may raise what ends a loop
            _log.debug("a plugin ended its loop", exc_info=True)
        finally:
            self._loop.close()


class Loops:
    """The loops of this process, by distribution."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loops: dict[str, PluginLoop] = {}

    def of(self, name: str) -> PluginLoop:
        """Return the loop of a distribution."""
        with self._lock:
            if name not in self._loops or not self._loops[name].alive:
                self._loops[name] = PluginLoop(name)
            return self._loops[name]

    def leave(self, loop: PluginLoop) -> None:
        """Leave a loop that is blocked behind: the next evaluator gets another one."""
        with self._lock:
            for name, known in [*self._loops.items()]:
                if known is loop:
                    del self._loops[name]
        loop.stop()

    def close(self) -> None:
        """End all loops, and wait a moment for them."""
        for loop in [*self._loops.values()]:
            loop.stop()
            loop.join(_FAREWELL)


@functools.cache
def loops() -> Loops:
    """Return the loops of this process."""
    known = Loops()
    atexit.register(known.close)
    return known
