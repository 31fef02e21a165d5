"""A sequence: one request's tokens on their way through the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from redraft.errors import GenerationError

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

    from numpy.typing import NDArray

    from redraft.llama.channel import Channel

__all__ = ["Fed", "Sequence", "Work"]

GROWTH = 128
"""Tokens for which room is kept before another sequence may begin: to begin one again costs its prompt."""


@dataclass(frozen=True, slots=True)
class Fed:
    """What a work made of logits: tokens that come next, and how many of those proposed were among them."""

    tokens: Many[int] = ()
    accepted: int = 0


class Work(Protocol):
    """What a sequence is for: it is given logits, and says how the sequence goes on."""

    @property
    def prompt(self) -> Many[int]:
        """The tokens that it begins with."""
        ...

    @property
    def scored(self) -> int:
        """How many of them, the last ones, it wants the logits after."""
        ...

    @property
    def adapter(self) -> str:
        """The key of the adapter it is computed with; "" for none."""
        ...

    @property
    def deadline(self) -> float | None:
        """The time of `time.monotonic()` at which it expires."""
        ...

    @property
    def done(self) -> bool:
        """Whether nothing more is to be computed."""
        ...

    @property
    def chance(self) -> float:
        """How likely the next token is the one that would be proposed."""
        ...

    @property
    def left(self) -> int:
        """How many tokens it may still go on by."""
        ...

    def propose(self, count: int) -> Many[int]:
        """Return at most so many tokens that are likely to come next."""
        ...

    def feed(self, logits: NDArray[np.float32], proposed: Many[int], peaks: NDArray[np.float32] | None = None) -> Fed:
        """Take the logits after the last tokens and after each of those proposed, and their peaks if somebody knows."""
        ...

    def score(self, logits: NDArray[np.float32], left: int) -> None:
        """Take some of the wanted logits, where a step could not compute all rows that give them: `left` follow."""
        ...

    def expire(self) -> None:
        """Take notice that the deadline has passed; then `done`."""
        ...

    def items(self) -> list[Any]:
        """Return what was made since this was last asked."""
        ...


@dataclass(eq=False, slots=True)
class Sequence:
    """A request under way.

    Args:
        ticket: Its place in the order of all requests.
        run: On whose behalf it is.
        work: What it is for.
        channel: Where its items go.
    """

    ticket: int
    run: str
    work: Work
    channel: Channel[Any]
    cancelled: bool = False
    slot: int | None = None
    computed: int = 0
    published: int = 0
    stepped: int = 0
    counted: bool = False
    waits: tuple[Sequence, int] | None = None
    _ids: NDArray[np.int32] = field(init=False)
    _size: int = field(init=False)
    _owed: int = field(init=False)

    def __post_init__(self) -> None:
        self._ids = np.array(self.work.prompt, np.int32)
        self._size = self._owed = len(self._ids)

    @property
    def place(self) -> int:
        """The slot it has."""
        if self.slot is None:
            raise GenerationError("a sequence without a place was to be computed")
        return self.slot

    @property
    def size(self) -> int:
        """How many tokens it has."""
        return self._size

    @property
    def pending(self) -> int:
        """How many of them are not computed."""
        return self._size - self.computed

    @property
    def in_prompt(self) -> bool:
        """Whether it still computes what it began with: its prompt, or all that it had when it was begun again."""
        return self.computed < self._owed

    @property
    def reusable(self) -> NDArray[np.int32]:
        """The tokens that need not be computed if somebody has: not those whose logits are wanted."""
        return self.ids(0, self._size - self._scored)

    @property
    def _scored(self) -> int:
        return self.work.scored if self._size == len(self.work.prompt) else 1

    @property
    def growth(self) -> int:
        """Cells that it soon needs beyond those of its tokens."""
        return min(self.work.left, GROWTH)

    @property
    def parked(self) -> bool:
        """Whether its reader is too far behind."""
        return self.channel.behind

    @property
    def outputs(self) -> int:
        """How many of the pending rows must give logits, the last ones."""
        return self._scored if self.in_prompt else 1

    def outputs_of(self, rows: int) -> int:
        """Return how many of its next rows must give logits, the last ones."""
        return min(rows, max(self.outputs - (self.pending - rows), 0))

    def ids(self, begin: int = 0, end: int | None = None) -> NDArray[np.int32]:
        """Return its tokens."""
        return self._ids[begin : self._size if end is None else end]

    def append(self, tokens: Many[int]) -> None:
        """Append tokens."""
        size = self._size + len(tokens)
        if size > len(self._ids):
            self._ids = np.concatenate([self._ids, np.empty(max(64, len(tokens), self._size // 2), np.int32)])
        self._ids[self._size : size] = tokens
        self._size = size

    def begin(self, slot: int, held: int) -> None:
        """Take a slot that holds some of its tokens already."""
        self.slot, self.computed, self.published, self._owed = slot, held, held, self._size

    def leave(self) -> None:
        """Have no slot any more, nor anything computed."""
        self.slot, self.computed, self.published = None, 0, 0

    def unpublished(self) -> list[int]:
        """Return what it has computed beyond what others can have."""
        found: list[int] = self.ids(self.published, self.computed).tolist()
        return found

    def deliver(self) -> None:
        """Lay down what the work has made."""
        for item in self.work.items():
            self.channel.lay_down(item)
