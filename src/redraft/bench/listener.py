"""Who is told of a bench's progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from redraft.bench.recorded import Run

__all__ = ["Listener"]


class Listener(Protocol):
    """Is told what happens, on the thread of the bench."""

    def begin(self, what: str, total: int) -> None:
        """So many steps of something lie ahead."""

    def step(self) -> None:
        """One of them is done."""

    def made(self, run: Run) -> None:
        """A run was made on the way to the next step."""

    def warn(self, message: str) -> None:
        """Something that a person should know, and that ends nothing."""
