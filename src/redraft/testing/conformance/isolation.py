"""Checks that an evaluator works where redraft calls it: in another process, in a loop, side by side."""

from __future__ import annotations

import asyncio
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

from redraft.evaluation import Use, assess
from redraft.task import Score
from redraft.testing.conformance.answer import answer_of
from redraft.testing.conformance.calling import call, run_alone
from redraft.testing.conformance.case import Case, require
from redraft.testing.conformance.witness import FIRST

if TYPE_CHECKING:
    from redraft.task import Draft

__all__ = ["IsolationChecks"]

_TOGETHER = 4


class IsolationChecks(Case):
    """Called through `assess`, it does what it does when it is called directly."""

    def test_another_process_can_import_it(self) -> None:
        """A fresh process finds it at the top of its module: that is how it is called in a process of its own."""
        why = self._testimony().not_imported
        require(
            not why,
            f"a fresh process cannot import it: {why}",
            "Define it at the top of a module that can be imported, not in a function or a script.",
        )

    def test_its_first_calls_come_back(self) -> None:
        """In a fresh process, the calls for the good and the bad draft come back in time, and the process lives."""
        answers = self._testimony().answers
        for name in FIRST:
            answer = answers.get(name)
            require(
                answer is None or answer.how not in ("late", "died"),
                f"in a process of its own, it {answer.told if answer else ''} ({name})",
                "Let it return or raise; never end the process, and never wait without a limit.",
            )

    def test_what_it_returns_can_be_sent(self) -> None:
        """Its score survives the way to another process."""
        given = self._arguments(self._good)
        answer = answer_of(lambda: _sent(call(self._evaluator, given)))
        require(
            answer.how != "raised",
            f"its score cannot be sent to another process: {answer.detail}",
            "Return redraft's own Score with texts as reasons, and no class derived from it.",
        )

    def test_an_assessment_gives_the_same_score(self) -> None:
        """In a process of its own, with its limits, it gives what it gives here."""
        for draft in (self._good, self._bad):
            self._like_direct(draft, self._assessed([draft])[0])

    def test_many_assessments_at_once_give_the_same_scores(self) -> None:
        """Several drafts at the same time."""
        drafts = [self._good, self._bad] * (_TOGETHER if self._evaluator.cost == "low" else 2)
        for draft, score in zip(drafts, self._assessed(drafts), strict=True):
            self._like_direct(draft, score)

    def test_it_works_inside_a_running_loop(self) -> None:
        """A notebook and a server have a loop that runs already."""
        given = self._arguments(self._good)

        async def inside() -> Any:
            returned = self._evaluator.function(**given)
            return await returned if self._evaluator.is_async else returned

        answer = answer_of(lambda: run_alone(inside()))
        require(
            answer.how == "score",
            f"inside a running event loop, it {answer.told}",
            "Do not call asyncio.run in it: declare it `async def` and await.",
        )

    def test_it_works_where_there_is_no_loop(self) -> None:
        """In a thread without an event loop."""
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(self._call, self._good).result()
        require(
            answer.how == "score",
            f"in a thread without an event loop, it {answer.told}",
            "Do not call asyncio.get_event_loop in it: declare it `async def` and await.",
        )

    def test_its_hook_can_be_called_again(self) -> None:
        """`redraft_evaluators` of its package gives it once, and the same one each time."""
        hook = self._hook()
        first, second = ([made for made in hook() if made.name == self._evaluator.name] for _ in range(2))
        require(
            len(first) == 1 and first[0] is second[0] is self._evaluator,
            f"redraft_evaluators() gives '{self._evaluator.name}' {len(first)} times, or another object each time",
            "Return a list of the decorated functions: `return [it]`.",
        )

    def _hook(self) -> Any:
        """Return the hook that brings the evaluator: of its module, or of the nearest package around it."""
        name = self._evaluator.function.__module__
        while name:
            hook = getattr(sys.modules.get(name), "redraft_evaluators", None)
            if hook is not None:
                return hook
            name = name.rpartition(".")[0]
        raise SkipTest("no package around it has a hook redraft_evaluators")

    def _assessed(self, drafts: list[Draft]) -> list[Score]:
        use = Use(self._evaluator, params=self.params)

        async def together() -> list[Score]:
            verdicts = (assess(draft, self._task, [use], ctx=self._models) for draft in drafts)
            return [verdict.scores[0] for verdict in await asyncio.gather(*verdicts)]

        scores: list[Score] = run_alone(together())
        return scores

    def _like_direct(self, draft: Draft, score: Score) -> None:
        __tracebackhide__ = True
        require(
            score.error is None,
            f"in an assessment it is an error: {score.error}",
            "Let it depend on nothing that the test's own process has and another one has not.",
        )
        direct = self._call(draft)
        require(
            not self._evaluator.deterministic or score.value == direct.value or direct.how != "score",
            f"in an assessment it gives {score.value}, called directly {direct.value}",
            "Let it depend on the draft, the task and the parameters alone.",
        )


def _sent(score: Any) -> Any:
    again = pickle.loads(pickle.dumps(score))  # noqa: S301 - what was made one line above
    if isinstance(score, Score) and type(score) is not Score:
        raise TypeError(f"it is a {type(score).__name__}, not a Score")
    return again
