"""What one rendering of a prompt may cost."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from jinja2.runtime import Undefined
from pydantic import BaseModel

__all__ = ["Budget", "Exhausted", "weigh"]


class Exhausted(Exception):  # noqa: N818 -- a state, not a mistake of ours
    """A rendering asks for more than it may have."""


class Budget:
    """Counts what a rendering costs: characters made or looked at, loop rounds, calls.

    Args:
        values: The variables of the rendering: a long task may be looked at a few times.
    """

    NAME: ClassVar = " budget"
    """The variable that holds it: a template cannot spell a name with a space."""

    WORK = 1_000_000
    PASSES = 8
    """How often a rendering may go over the values it was given."""

    SECONDS = 3.0
    """A bound on what is not counted well; a prompt takes well below a thousandth of it."""

    __slots__ = ("_extended", "_left", "_until", "_values")

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values
        self._left = self.WORK
        self._extended = False
        self._until = time.monotonic() + self.SECONDS

    @property
    def left(self) -> int:
        """What may still be spent."""
        return self._left

    def spend(self, amount: int) -> None:
        """Take an amount away.

        Raises:
            Exhausted: So much is not left, or the time is up.
        """
        if amount > self._left and not self._extended:
            self._extended = True
            self._left += self.PASSES * weigh(self._values, 1 << 31)
        self._left -= amount
        if self._left < 0:
            raise Exhausted("the prompt repeats too much text or too many loop rounds")
        if time.monotonic() > self._until:
            raise Exhausted(f"the prompt takes longer than {self.SECONDS:g} seconds to render")

    def spend_on(self, *values: Any) -> None:
        """Take away what the values weigh."""
        self.spend(weigh(values, self._left if self._extended else 1 << 31))


def weigh(value: Any, limit: int) -> int:
    """Return how many characters and parts a value has, or a number above `limit` where there are more.

    A part that is held twice counts twice: so it would be written.
    """
    weight, waiting = 0, [value]
    while waiting and weight <= limit:
        part = waiting.pop()
        weight += 1
        if isinstance(part, str | bytes):
            weight += len(part)
        elif isinstance(part, int):
            weight += part.bit_length() // 8
        elif isinstance(part, BaseModel):
            waiting.extend(part.__dict__.values())
        elif isinstance(part, Mapping):
            waiting.extend(part.keys())
            waiting.extend(part.values())
        elif isinstance(part, list | tuple | set | frozenset):
            waiting.extend(part)
        elif isinstance(part, range):
            weight += len(part)
        elif isinstance(part, Undefined):
            str(part)  # says which value is missing
        elif not isinstance(part, float | None):
            raise TypeError(f"a {type(part).__name__} cannot be used here")
    return weight
