"""What a graph's nodes are handed beside the state: by a run of ours, or by LangGraph alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redraft.graph.events import NodeEvent

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

__all__ = ["Clock", "Emit", "RunContext", "clock_of", "context_of", "emitter_of", "run_of"]

Emit = Callable[[NodeEvent], None]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a caller hands to a graph's nodes beside the state: where their events go, the run's id, and its clock."""

    emit: Emit
    run: str = ""
    clock: Clock = time.monotonic


def context_of(runtime: Runtime[Any]) -> RunContext | None:
    """Return what a run of ours handed over, or None: in somebody else's graph the context is theirs."""
    return runtime.context if isinstance(runtime.context, RunContext) else None


def emitter_of(runtime: Runtime[Any]) -> Emit:
    """Return where events go: to the run, or else into LangGraph's `custom` stream."""
    context = context_of(runtime)
    return context.emit if context else runtime.stream_writer


def clock_of(runtime: Runtime[Any]) -> Clock:
    """Return the clock, in seconds."""
    context = context_of(runtime)
    return context.clock if context else time.monotonic


def run_of(runtime: Runtime[Any]) -> str:
    """Return the run's id, or else one that no other run has at this step."""
    context, info = context_of(runtime), runtime.execution_info
    if context or info is None:
        return context.run if context else ""
    return info.checkpoint_id
