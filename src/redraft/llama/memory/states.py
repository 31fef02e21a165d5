"""The store of states: what sequences had computed, in host memory and on disk."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from redraft.llama.memory.state_file import make_head
from redraft.llama.memory.state_folder import StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from redraft.llama.memory.key import StateKey
    from redraft.llama.memory.state_file import Head, Tokens

__all__ = ["StateStore", "Stored"]

_LOGGER = logging.getLogger("redraft.llama.memory")

DEFAULT_DISK = 4 * 2**30


@dataclass(frozen=True, slots=True)
class Stored:
    """A state that can be read.

    Args:
        head: What it is of.
        common: How many of its first tokens are those asked for.
    """

    head: Head
    common: int

    @property
    def tokens(self) -> int:
        """How many tokens it is the state of."""
        return len(self.head.tokens)

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.head.size


@dataclass(frozen=True, slots=True)
class _Held:
    head: Head
    state: bytes

    @property
    def cost(self) -> int:
        return len(self.state) + self.head.tokens.nbytes


class StateStore:
    """Keeps states of sequences in host memory, and on disk where a folder is given.

    What memory has no room for is written to disk, what the disk has no room for is forgotten, least recently used
    first. It belongs to one thread; other processes may use the same folder. No failure of the disk is an error here.

    Args:
        key_base: What all states depend on, adapters aside.
        memory_bytes: What states and their tokens may take in memory.
        folder: Where the files are; None for none. It is made when something is written.
        disk_bytes: What all files in the folder may take.
    """

    def __init__(
        self, key_base: StateKey, *, memory_bytes: int, folder: Path | None = None, disk_bytes: int = DEFAULT_DISK
    ) -> None:
        self._key_base = key_base
        self._memory_limit = memory_bytes
        self._folder = folder
        self._disk_limit = disk_bytes
        self._keys: dict[str, bytes] = {}
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self.memory_used = 0

    def put(self, adapter: str, tokens: Tokens, state: bytes | memoryview, *, durable: bool) -> None:
        """Keep a state.

        Args:
            adapter: The fingerprint of the adapter it was computed under; "" for none.
            tokens: The tokens whose state it is.
            state: What llama.cpp gave for them.
            durable: Whether it is written to disk at once, to outlive this process.
        """
        copy = bytes(state)
        held = _Held(make_head(self._key(adapter), tokens, len(copy)), copy)
        if not held.head.storable:
            return
        if durable:
            self._write(held)
        self._hold(held)

    def longest(self, adapter: str, tokens: Tokens, *, beyond: int = 0) -> Stored | None:
        """Return the state that shares the longest prefix with tokens: in memory rather than on disk, the shortest.

        Args:
            adapter: The adapter's fingerprint; "" for none.
            tokens: The tokens asked for.
            beyond: How long the shared prefix must at least be, and one more.
        """
        key, wanted = self._key(adapter), np.asarray(tokens, dtype="<i4")
        held = _longest((held.head for held in self._held.values() if held.head.key == key), wanted, beyond)
        if self._disk is None:
            return held
        return _longest(self._disk.heads(key), wanted, held.common if held else beyond) or held

    def read(self, stored: Stored) -> bytes | None:
        """Return a state, or None where it is gone or its file was no more what had been written.

        Args:
            stored: What `longest` returned.
        """
        held = self._held.get(stored.head.name)
        if held is None:
            return self._disk.read(stored.head) if self._disk else None
        self._held.move_to_end(stored.head.name)
        if self._disk:
            self._disk.touch(stored.head)
        return held.state

    def save(self) -> None:
        """Write to disk what is in memory, to outlive this process."""
        for held in self._held.values():
            self._write(held)

    def close(self) -> None:
        """Forget what is in memory; what is on disk stays."""
        self._held.clear()
        self.memory_used = 0

    def _key(self, adapter: str) -> bytes:
        if adapter not in self._keys:
            self._keys[adapter] = replace(self._key_base, adapter=adapter).digest
        return self._keys[adapter]

    def _hold(self, held: _Held) -> None:
        self._drop(held.head.name)
        if held.cost > self._memory_limit:
            self._write(held)
            return
        while self.memory_used + held.cost > self._memory_limit:
            self._write(self._drop(next(iter(self._held))))
        self._held[held.head.name] = held
        self.memory_used += held.cost

    def _drop(self, name: str) -> _Held | None:
        held = self._held.pop(name, None)
        self.memory_used -= held.cost if held else 0
        return held

    def _write(self, held: _Held | None) -> None:
        if held and self._disk:
            self._disk.write(held.head, held.state)

    @cached_property
    def _disk(self) -> StateFolder | None:
        if self._folder is None:
            return None
        from redraft.files import data_dir
        from redraft.llama.memory.secret import load_secret

        try:
            secret = load_secret(data_dir())
        except OSError as error:
            _LOGGER.warning("states cannot be signed, and are kept in memory only: %s", error)
            return None
        return StateFolder(self._folder, self._key_base.digest, secret, limit=self._disk_limit)


def _longest(heads: Iterable[Head], wanted: NDArray[np.int32], beyond: int) -> Stored | None:
    best, longest = None, beyond
    # Shortest first: among states that share as much, the one that is restored soonest.
    for head in sorted(heads, key=lambda head: len(head.tokens)):
        if longest < min(len(head.tokens), len(wanted)) and head.tokens[longest] == wanted[longest]:
            common = _common(head.tokens, wanted)
            if common > longest:
                best, longest = Stored(head, common), common
    return best


def _common(some: NDArray[np.int32], others: NDArray[np.int32]) -> int:
    length = min(len(some), len(others))
    differ = some[:length] != others[:length]
    at = int(differ.argmax())
    return at if differ[at] else length
