"""What a visit adds to what a run has used up: tokens, drafts, and time."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

from redraft.graph.ledger import Cost
from redraft.graph.state import Counters, Stamp

if TYPE_CHECKING:
    from redraft.graph.context import Clock
    from redraft.graph.nodes import Step

__all__ = ["began_at", "charged", "counted"]


def charged(counters: Counters, cost: Cost) -> Counters:
    """Return the counters with what failed attempts have cost."""
    if cost == Cost():
        return counters
    return counters.model_copy(
        update={
            "prompt_tokens": counters.prompt_tokens + cost.prompt_tokens,
            "completion_tokens": counters.completion_tokens + cost.completion_tokens,
            "drafts": counters.drafts + cost.drafts,
        }
    )


def counted(counters: Counters, node: str, step: Step, *, began: float, clock: Clock) -> Counters:
    """Return the counters after a visit. Values of our own making need no second check: this runs at every step."""
    now = clock()
    return counters.model_copy(
        update={
            "visits": counters.visits | ({node: counters.visits.get(node, 0) + 1} if node else {}),
            "drafts": counters.drafts + step.drafts,
            "prompt_tokens": counters.prompt_tokens + step.prompt_tokens,
            "completion_tokens": counters.completion_tokens + step.completion_tokens,
            "seconds": counters.seconds + now - began,
            "stamp": Stamp.model_construct(process=_process(), clock=now),
        }
    )


def began_at(counters: Counters, clock: Clock) -> float:
    """Return when a visit began: what this process did since it last touched the run counts with it.

    Time between processes does not count.
    """
    stamp = counters.stamp
    return stamp.clock if stamp and stamp.process == _process() else clock()


@cache
def _process() -> str:
    # Not the process id: in a container that is often 1, before and after a restart.
    return secrets.token_hex(8)
