"""A folder of state files, shared by the processes of one user; the least recently used are removed."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.llama.memory.state_file import read_head, read_state, touch, write_state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redraft.llama.memory.state_file import Head

__all__ = ["StateFolder"]

_LOGGER = logging.getLogger("redraft.llama.memory")

SUFFIXES = (".state", ".part")
"""Of states, and of what is being written or was left behind."""

SETTLED = 10**8
"""Nanoseconds after which a folder's time of change tells whether it was changed again: clocks for files are coarse."""


@dataclass(frozen=True, slots=True)
class _Use:
    used: int
    size: int
    path: Path


class StateFolder:
    """A folder of state files, of which those of one family can be found.

    Whatever fails is logged once and costs a state, never more.

    Args:
        folder: The folder; it is made when something is written.
        base: A digest of what all states of the family depend on.
        secret: The key of the files' MACs.
        limit: The bytes that all files, those of other families too, may have together.
    """

    def __init__(self, folder: Path, base: bytes, secret: bytes, *, limit: int) -> None:
        self._folder = folder
        self._secret = secret
        self._limit = limit
        # A state of another model or secret is known by its name, and need not be opened.
        self._family = hashlib.blake2b(base, key=secret, digest_size=8).hexdigest()
        self._heads: dict[Path, Head] = {}
        self._seen: int | None = None
        self._failed = False

    def heads(self, key: bytes) -> Iterator[Head]:
        """Yield what there are states of.

        Args:
            key: What the states must depend on.
        """
        self._refresh()
        return (head for head in self._heads.values() if head.key == key)

    def read(self, head: Head) -> bytes | None:
        """Return a state, or None where there is none that is whole and our own; a file that is not is removed.

        Args:
            head: What the state must be of.
        """
        path = self._path(head)
        try:
            state = read_state(path, head, self._secret)
            touch(path)
        except ValueError as error:
            self._refuse(path, error)
            return None
        except OSError:  # another process removed it
            self._heads.pop(path, None)
            return None
        return state

    def write(self, head: Head, state: bytes) -> None:
        """Write a state, unless it is there or there is no room for it.

        Args:
            head: What the state is of.
            state: The state.
        """
        if not head.storable or head.file_size > self._limit or self.touch(head):
            return
        path = self._path(head)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._make_room(head.file_size):
                write_state(path, head, state, self._secret)
                self._heads[path] = head
        except FileNotFoundError:  # another process made room of what was half written
            return
        except OSError as error:
            self._complain(error)

    def touch(self, head: Head) -> bool:
        """Note that a state was used; return whether there is one.

        Args:
            head: What the state is of.
        """
        path = self._path(head)
        if path not in self._heads:
            return False
        try:
            touch(path)
        except OSError:
            del self._heads[path]
            return False
        return True

    def _path(self, head: Head) -> Path:
        return self._folder / f"{self._family}-{head.name}.state"

    def _refresh(self) -> None:
        """List the folder anew if it changed."""
        try:
            changed = self._folder.stat().st_mtime_ns
            if changed == self._seen:
                return
            present = {use.path for use in self._files() if self._ours(use.path)}
        except OSError:
            self._heads.clear()
            return
        self._seen = changed if time.time_ns() - changed > SETTLED else None
        self._heads = {path: head for path, head in self._heads.items() if path in present}
        for path in present - set(self._heads):
            self._list(path)

    def _list(self, path: Path) -> None:
        try:
            head = self._read_head(path)
        except ValueError as error:
            self._refuse(path, error)
        except OSError:  # another process removed it
            return
        else:
            self._heads[path] = head

    def _read_head(self, path: Path) -> Head:
        head = read_head(path, self._secret)
        if path != self._path(head):
            raise ValueError("it has another state's name")
        return head

    def _ours(self, path: Path) -> bool:
        return path.name.startswith(f"{self._family}-") and path.suffix == SUFFIXES[0]

    def _files(self) -> Iterator[_Use]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith(SUFFIXES) and entry.is_file(follow_symlinks=False):
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:
                        continue
                    yield _Use(status.st_mtime_ns, status.st_size, self._folder / entry.name)

    def _make_room(self, size: int) -> bool:
        """Remove what was used longest ago until there is room; return whether there is."""
        files = sorted(self._files(), key=lambda use: use.used)
        total = sum(use.size for use in files)
        for use in files:
            if total + size <= self._limit:
                break
            total -= use.size if self._remove(use.path) else 0
        return total + size <= self._limit

    def _refuse(self, path: Path, error: ValueError) -> None:
        _LOGGER.warning("%s: %s; it is removed, and what it held is computed again", path, error)
        self._remove(path)

    def _remove(self, path: Path) -> bool:
        """Remove a file; return whether it is gone. Where files that are read cannot be removed, it stays."""
        self._heads.pop(path, None)
        try:
            path.unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def _complain(self, error: OSError) -> None:
        if not self._failed:
            self._failed = True
            _LOGGER.warning("%s: no states can be kept: %s", self._folder, error)
