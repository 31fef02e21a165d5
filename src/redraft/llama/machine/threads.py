"""Threads: how many processors there are, and whether threads that wait leave them to others."""

from __future__ import annotations

import os
from dataclasses import dataclass

__all__ = ["OpenMP", "most_threads", "openmp_state", "spins", "usable_cpus"]

MAX_THREADS = 64
"""More are not tried unasked: a step's threads wait for the slowest of them."""


@dataclass(frozen=True, slots=True)
class OpenMP:
    """The OpenMP runtime that llama.cpp computes with.

    Args:
        before: The runtimes that were in the process before llama.cpp was loaded.
        reused: Whether llama.cpp uses one of them: its wait policy was fixed when it was loaded.
        chosen: Whether the environment named a wait policy when the process started.
    """

    before: frozenset[str]
    reused: bool
    chosen: bool

    @property
    def spins(self) -> bool:
        """Whether threads that wait keep their processor busy, and nobody asked for that."""
        return self.reused and not self.chosen


def usable_cpus() -> int:
    """Return how many processors this process may use: its affinity, and the quota of its control group."""
    from redraft.llama.machine.cgroup import cpu_quota

    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cpu_quota()
    # More threads than the quota pays for are all stopped for most of each tenth of a second.
    return max(1, count if quota is None else min(count, int(quota)))


def openmp_state() -> OpenMP:
    """Return what is known of llama.cpp's OpenMP runtime, once the library is loaded."""
    from redraft.llama.native import library

    api = library.library()
    before, after = library.openmp_before(), library.openmp_loaded()
    built = b"OPENMP = 1" in api.llama_print_system_info()
    return OpenMP(before, reused=built and bool(before) and after == before, chosen=library.wait_policy_chosen())


def spins() -> bool:
    """Whether several threads would spin while they wait: a hundred times slower beside a busy process."""
    return openmp_state().spins


def most_threads() -> int:
    """Return how many threads are worth trying on this machine."""
    return 1 if spins() else min(usable_cpus(), MAX_THREADS)
