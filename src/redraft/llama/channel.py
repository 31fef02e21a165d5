"""A channel from a worker thread into an event loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable

__all__ = ["Channel", "ring_all"]

LIMIT = 256

T = TypeVar("T")


class Channel(Generic[T]):
    """Items put by one thread, taken by a coroutine of the loop that made the channel.

    However many items are put before the loop gets its turn, it is woken once.

    Args:
        on_caught_up: Called when all was taken after the taker had been behind.
        limit: Items that may wait before the taker is behind.
    """

    def __init__(self, on_caught_up: Callable[[], None] = lambda: None, limit: int = LIMIT) -> None:
        self._loop = asyncio.get_running_loop()
        self._items: deque[T] = deque()
        self._ready = asyncio.Event()
        self._on_caught_up = on_caught_up
        self._limit = limit
        self._behind = False
        self._ringing = False
        self._closed = False
        self._error: BaseException | None = None

    @property
    def behind(self) -> bool:
        """Whether so many items wait that no more should be made."""
        return self._behind

    @property
    def abandoned(self) -> bool:
        """Whether nobody can take anything any more."""
        return self._loop.is_closed()

    def put(self, item: T) -> bool:
        """Hand over an item; return whether anyone can still take it."""
        self.lay_down(item)
        return self.ring()

    def lay_down(self, item: T) -> None:
        """Hand over an item of which the taker hears at the next `ring`."""
        self._items.append(item)
        self._behind = self._behind or len(self._items) >= self._limit

    def close(self, error: BaseException | None = None) -> None:
        """End the channel, with an error for its taker or without."""
        self._error = error
        self._closed = True
        self.ring()

    async def take(self) -> AsyncGenerator[T, None]:
        """Yield the items in their order, until the channel is closed."""
        while True:
            while self._items:
                yield self._items.popleft()
            if not self._closed:
                self._catch_up()
                await self._ready.wait()
                self._ready.clear()
            elif not self._items:
                break
        if self._error is not None:
            raise self._error

    def _catch_up(self) -> None:
        if self._behind:
            self._behind = False
            self._on_caught_up()

    def ring(self) -> bool:
        """Wake the taker; return whether there can still be one."""
        if self._ringing:
            return not self._loop.is_closed()
        self._ringing = True
        try:
            self._loop.call_soon_threadsafe(self._wake)
        except RuntimeError:
            # The taker's loop was closed: nobody is there any more.
            return False
        return True

    def _wake(self) -> None:
        self._ringing = False
        self._ready.set()


def ring_all(channels: Iterable[Channel[Any]]) -> None:
    """Wake the takers of several channels, each loop once: to wake a loop is a system call, and gives the turn away."""
    silent: dict[asyncio.AbstractEventLoop, list[Channel[Any]]] = {}
    for channel in channels:
        if not channel._ringing:  # noqa: SLF001 -- a method of them all
            channel._ringing = True  # noqa: SLF001
            silent.setdefault(channel._loop, []).append(channel)  # noqa: SLF001
    for loop, rung in silent.items():
        # The takers' own loop may be closed: nobody is there any more.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_wake_all, rung)


def _wake_all(channels: Iterable[Channel[Any]]) -> None:
    for channel in channels:
        channel._wake()  # noqa: SLF001 -- a method of them all
