"""A residue: what runs in a process, and what is open in it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib import import_module
from typing import Any

__all__ = ["Residue"]


@dataclass(frozen=True, slots=True)
class Residue:
    """The threads and child processes of this process by name, and how many files it has open."""

    threads: frozenset[str]
    children: frozenset[str]
    descriptors: int

    @classmethod
    def take(cls) -> Residue:
        """Return what there is now."""
        psutil: Any = import_module("psutil")
        process = psutil.Process()
        descriptors = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
        children = frozenset(f"{child.name()} ({child.pid})" for child in process.children(recursive=True))
        threads = frozenset(f"{thread.name} ({thread.ident})" for thread in threading.enumerate())
        return cls(threads, children, descriptors)
