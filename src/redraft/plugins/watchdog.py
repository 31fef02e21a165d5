"""A watchdog: says which plugin everybody waits for, while one takes long to load or never does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from redraft.plugins.info import SLOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from redraft.plugins.candidate import Candidate

__all__ = ["Watchdog"]


class Watchdog:
    """Watches plugins while they load, as a context.

    Args:
        bark: Called with one that takes longer than two seconds, while it still does; None to watch nothing.
    """

    def __init__(self, bark: Callable[[Candidate], None] | None) -> None:
        self._bark = bark
        self._turned = threading.Condition()
        self._loading: Candidate | None = None
        self._over = bark is None

    def __enter__(self) -> Self:
        if not self._over:
            threading.Thread(target=self._watch, name="redraft-watchdog", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._turned:
            self._over = True
            self._turned.notify()

    def see(self, candidate: Candidate) -> None:
        """Watch this one from now on: the one before has loaded."""
        if self._bark:
            with self._turned:
                self._loading = candidate
                self._turned.notify()

    def _watch(self) -> None:
        while True:
            with self._turned:
                if self._over:
                    return
                late = not self._turned.wait(SLOW) and self._loading is not None
                loading, self._loading = self._loading, None if late else self._loading
            if late and loading and self._bark:
                self._bark(loading)
