"""Checks that an evaluator leaves alone what it is given."""

from __future__ import annotations

import copy
from functools import partial

from redraft.testing.conformance.answer import answer_of
from redraft.testing.conformance.calling import call
from redraft.testing.conformance.case import Case, require

__all__ = ["PurityChecks"]


class PurityChecks(Case):
    """Draft, task and parameters belong to the run: other evaluators read them, too."""

    def test_it_does_not_change_the_draft(self) -> None:
        """The draft is afterwards what it was."""
        for draft in (self._good, self._bad):
            before = draft.model_dump()
            self._call(draft)
            require(draft.model_dump() == before, "it changes the draft", "Work on a copy of its text.")

    def test_it_does_not_change_the_task(self) -> None:
        """The task and its inputs, lists in them included, are afterwards what they were."""
        task = self._task
        for draft in (self._good, self._bad):
            self._call(draft, task)
            require(
                task == self.task,
                "it changes the task or an input of it",
                "Copy a list before you sort it or take from it: sorted(words), list(words).",
            )

    def test_it_does_not_change_its_parameters(self) -> None:
        """The parameters are afterwards what the graph set; they are the same object for every draft."""
        params = self._params()
        before = copy.deepcopy(params)
        for draft in (self._good, self._bad):
            given = {name: params if name == "params" else value for name, value in self._arguments(draft).items()}
            answer_of(partial(call, self._evaluator, given))
            require(params == before, "it changes its parameters", "Copy what you change; declare frozen=True.")
