"""A job: one call of an evaluator, or the import of its plugin, that a process of its own is to do."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redraft.evaluation.fault import Outcome
    from redraft.evaluation.target import Target

__all__ = ["Job", "Key"]


class Key(NamedTuple):
    """Whom a process serves: the plugins of one distribution, with or without the network."""

    distribution: str
    network: bool


@dataclass(eq=False, slots=True)
class Job:
    """What is to be done, and who waits for it.

    Args:
        target: The evaluator.
        network: Whether it may use the network.
        params: The parameters that the graph sets.
        material: What all evaluators of a draft are given, as JSON; None where only its plugin is to be imported.
        seconds: How long the call may take, once it has begun.
        deadline: `time.monotonic()` value at which it must be over, waiting included.
        settle: Called with the outcome, in another thread: it returns the score, or raises.
        unwanted: Whether nobody waits any more.
        born: When it was made.
    """

    target: Target
    network: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)
    material: bytes | None = None
    seconds: float = math.inf
    deadline: float = math.inf
    settle: Callable[[Outcome], None] = lambda _: None
    unwanted: bool = False
    born: float = field(default_factory=time.monotonic)

    @property
    def key(self) -> Key:
        """Whom its process serves."""
        return Key(self.target.distribution, self.network)

    @property
    def left(self) -> float:
        """Seconds until its deadline."""
        return self.deadline - time.monotonic()
