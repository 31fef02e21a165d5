"""What one process may use at most, kept by the kernel."""

from __future__ import annotations

import resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redraft.sandbox.plan import Plan

__all__ = ["apply"]


def apply(plan: Plan, *, beside: int | None) -> None:
    """Limit this process, and each one that it starts, for good.

    Args:
        plan: What is to be run, with its limits.
        beside: How many other processes count against the limit of processes; none where the kernel counts
            too many of them for a limit to make sense.
    """
    seconds = int(plan["limits"]["seconds"]) + 2
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_AS, plan["limits"]["memory"])
    _limit(resource.RLIMIT_FSIZE, plan["limits"]["disk"])
    _limit(resource.RLIMIT_NOFILE, plan["limits"]["files"])
    _limit(resource.RLIMIT_CORE, 0)
    if beside is not None:
        _limit(resource.RLIMIT_NPROC, plan["limits"]["processes"] + beside)


def _limit(kind: int, most: int) -> None:
    _, ceiling = resource.getrlimit(kind)
    if ceiling != resource.RLIM_INFINITY:
        most = min(most, ceiling)
    resource.setrlimit(kind, (most, most))
