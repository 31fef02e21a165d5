"""What all evaluators of a draft are given."""

from __future__ import annotations

import logging
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from redraft.evaluation.context import Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from redraft.evaluation.context import Models
    from redraft.evaluation.crew import Crew
    from redraft.evaluation.declaration import Evaluator
    from redraft.task import Assessed, Draft, Task

__all__ = ["Given"]


@dataclass(slots=True)
class Given:
    """What a run hands to evaluators.

    Args:
        draft: The draft under evaluation.
        task: What it answers.
        history: The last drafts with their verdicts, oldest first.
        models: The models that an evaluator may ask.
        crew: Who calls evaluators in processes of their own; None for the crew of this process.
    """

    draft: Draft
    task: Task
    history: Sequence[Assessed] = ()
    models: Models | None = None
    crew: Crew | None = None
    _packed: dict[bool, bytes] = field(default_factory=dict)

    def packed(self, evaluator: Evaluator) -> bytes:
        """Return it as JSON, for another process; what an evaluator does not ask for is left out where it is long."""
        whole = "ctx" in evaluator.arguments
        if whole not in self._packed:
            models = {"draft": self.draft, "task": self.task}
            # By way of plain values: a model writes numbers that are not finite as null.
            material: dict[str, Any] = {name: model.model_dump() for name, model in models.items()}
            material["history"] = [assessed.model_dump() for assessed in self.history] if whole else []
            self._packed[whole] = to_json(material, inf_nan_mode="constants")
        return self._packed[whole]

    def own_task(self) -> Task:
        """Return the task with inputs of its own: what one evaluator does to them, no other sees."""
        return self.task.model_copy(update={"inputs": deepcopy(self.task.inputs)})

    def arguments(
        self, evaluator: Evaluator, params: BaseModel | None, *, task: Task, models: Models | None = None
    ) -> dict[str, Any]:
        """Return what an evaluator asks for, by name."""
        brought_by = evaluator.brought_by
        log = logging.getLogger(f"redraft.plugins.{brought_by}" if brought_by else "redraft.evaluators")
        context = Context(models or self.models, self.history, log, evaluator.sandbox)
        given = {"draft": self.draft, "task": task, "params": params, "ctx": context}
        return {name: given[name] for name in evaluator.arguments}
