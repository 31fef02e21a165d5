"""What a run hands over on stdout: the answer, or the whole run as JSON, also where it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.cli.console import write_answer, write_json
from redraft.cli.failure import message_of

if TYPE_CHECKING:
    from redraft.task import Outcome

__all__ = ["deliver", "deliver_failure"]


def deliver(outcome: Outcome, *, as_json: bool) -> None:
    """Write an outcome to stdout: its answer, where it has one, or all of it."""
    if as_json:
        write_json(outcome.to_json())
    elif outcome.answer is not None:
        write_answer(outcome.answer)


def deliver_failure(error: BaseException, graph: str) -> None:
    """Write the JSON of a run that never started: the same keys as any other run's."""
    write_json(_empty(graph) | {"stop": _stop(error)})


def _stop(error: BaseException) -> dict[str, str]:
    if isinstance(error, KeyboardInterrupt):
        return {"check": "interrupted", "detail": "the run was ended before it started"}
    return {"check": "error", "detail": message_of(error)}


def _empty(graph: str) -> dict[str, Any]:
    return {
        "run": None,
        "graph": graph,
        "model": None,
        "task": None,
        "answer": None,
        "best": None,
        "stop": None,
        "path": [],
        "notes": [],
        "drafts": [],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "seconds": 0.0},
        "reproducible": None,
    }
