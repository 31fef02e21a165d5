"""What one process may use at most, kept by the kernel."""

from __future__ import annotations

import os
import resource
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redraft.sandbox.plan import Most

__all__ = ["apply", "main"]


def apply(most: Most, *, beside: int | None) -> None:
    """Limit this process, and each one that it starts, for good.

    Args:
        most: The limits.
        beside: How many other processes count against the limit of processes; none where the kernel counts
            too many of them for a limit to make sense.
    """
    seconds = int(most["seconds"]) + 2
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_AS, most["memory"])
    _limit(resource.RLIMIT_FSIZE, most["disk"])
    _limit(resource.RLIMIT_NOFILE, most["files"])
    _limit(resource.RLIMIT_CORE, 0)
    if beside is not None:
        _limit(resource.RLIMIT_NPROC, most["processes"] + beside)


def main() -> None:
    """Limit this process as far as the system knows how, then run the command that the arguments end in."""
    kinds = (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)
    for kind, most in zip((*kinds, resource.RLIMIT_CORE), (*map(int, sys.argv[2:6]), 0), strict=True):
        try:
            _limit(kind, most)
        except (OSError, ValueError):  # macOS has no limit on addresses
            continue
    os.execvp(sys.argv[6], sys.argv[6:])  # noqa: S606 - the command of the caller


def _limit(kind: int, most: int) -> None:
    _, ceiling = resource.getrlimit(kind)
    if ceiling != resource.RLIM_INFINITY:
        most = min(most, ceiling)
    resource.setrlimit(kind, (most, most))
