"""Those who read a model's vocabulary on their own threads: it must outlive them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from redraft.errors import GenerationError

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Readers"]


class Readers:
    """Counts who reads: each `with` block is one reader, on any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._closed = False

    def __enter__(self) -> Self:
        with self._changed:
            self.require_open()
            self._count += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def require_open(self) -> None:
        """Make sure that there is something to read.

        Raises:
            GenerationError: It was closed.
        """
        if self._closed:
            raise GenerationError("the engine was closed")

    def close(self) -> None:
        """Let nobody begin to read any more, and wait for those who do."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._count)
