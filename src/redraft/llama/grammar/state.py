"""The readings of a JSON text that was written in part."""

from __future__ import annotations

from typing import Protocol

__all__ = ["State", "Then"]


class State(Protocol):
    """One reading of the bytes so far."""

    def feed(self, byte: int) -> tuple[State, ...]:
        """Return the readings after one more byte; none if it is refused."""
        ...

    def ending(self) -> bytes | None:
        """Return the shortest bytes that end the whole text, or None if it cannot end."""
        ...


class Then(Protocol):
    """What follows a value."""

    def states(self) -> tuple[State, ...]:
        """Return the readings that begin after the value."""
        ...

    def ending(self) -> bytes:
        """Return the shortest bytes that end the text after the value."""
        ...
