"""What the graph's evaluators say of a draft: the evaluators themselves, called without the loop around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.builtin.artefact import artefact
from redraft_translate.glossary import glossary
from redraft_translate.kept import kept
from redraft_translate.script import script

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft.graph.spec import EvaluatorUse
    from redraft.task import Draft, Score, Task

__all__ = ["Scoring"]

EVALUATORS = {one.name: one for one in (kept, glossary, script, artefact)}


class Scoring:
    """The evaluators that a graph uses, with their parameters; the judge is none of them."""

    def __init__(self, uses: Iterable[EvaluatorUse]) -> None:
        known = [use for use in uses if use.name in EVALUATORS]
        self.params = {use.name: EVALUATORS[use.name].validate_params(use.params) for use in known}

    def of(self, task: Task, draft: Draft) -> dict[str, Score]:
        """Return by name what each says of a draft."""
        return {name: self._one(name, task, draft) for name in self.params}

    def _one(self, name: str, task: Task, draft: Draft) -> Score:
        evaluator = EVALUATORS[name]
        score: Score = evaluator(draft, task, self.params[name])
        return score.model_copy(update={"evaluator": name, "kind": evaluator.kind})
