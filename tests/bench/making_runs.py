"""Runs as they might have been made: the fewest words that say what a test is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.bench.recorded import Call, Run, Written
from redraft.bench.traces import Trace
from redraft.task import Problem, Stopped

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["FAULT", "draft", "run", "trace"]

FAULT = (Problem(problem="no dog"),)


def draft(value: float, *, text: str | None = None, **how: Any) -> dict[str, Any]:
    """A draft of this value; its text is the value unless another is given."""
    return {"text": f"Draft of {value}." if text is None else text, "rank": (True, True, value)} | how


def run(*drafts: dict[str, Any] | float, cost: int = 10, rating: int = 0, **how: Any) -> Run:
    """A run of one call for each draft, one for each critique, and one for each verdict where `rating` is not 0."""
    calls, written = [], []
    for place, given in enumerate(drafts):
        one = draft(given) if isinstance(given, float) else given
        calls.append(Call(prompt_tokens=100, completion_tokens=cost))
        finished = len(calls)
        if rating:
            calls.append(Call(prompt_tokens=30, completion_tokens=rating, evaluates=True))
        common = {"round": place, "author": "writer", "cut": False, "written": finished, "judged": len(calls)}
        written.append(Written(**(common | one)))
        if written[-1].problems is not None:
            calls.append(Call(prompt_tokens=100, completion_tokens=cost))
    usual: dict[str, Any] = {"method": "loop", "task": "t", "seed": 0, "budget": None, "seconds": 0.1, "best": None}
    usual |= {"stop": Stopped(check="rounds", detail="done"), "calls": tuple(calls), "drafts": tuple(written)}
    return Run(**(usual | how))


def trace(
    row: str, texts: Sequence[str], right: Collection[str], *, best: int = 0, seed: int = 0, **more: Run
) -> Trace:
    """A loop that made these texts, one a round, of which `right` are right; its evaluators see as much."""
    loop = run(*(draft(float(text in right), text=text) for text in texts), best=best, task=row, seed=seed)
    runs = {"loop": loop, **more}
    every = {one.text for made in runs.values() for one in made.drafts}
    return Trace(row, runs, {text: text in right for text in every})
