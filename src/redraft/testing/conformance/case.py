"""A case: the evaluator under test, its examples, and how a check calls it."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar
from unittest import SkipTest

from redraft.errors import RedraftError
from redraft.task import Draft, Task
from redraft.testing.conformance.answer import Answer, answer_of
from redraft.testing.conformance.calling import arguments, call
from redraft.testing.conformance.reference import reference_to
from redraft.testing.conformance.samples import HEAVY, SMALL, heavy_text
from redraft.testing.conformance.testimony import Testimony, heard
from redraft.testing.conformance.witness import FIRST, names
from redraft.testing.scripted_models import ScriptedModels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import BaseModel

    from redraft.evaluation import Evaluator, Models

__all__ = ["Case", "best_of", "require"]

_TRIES = 4


def require(ok: object, what: str, mend: str) -> None:
    """Fail a check unless something holds.

    Args:
        ok: What must hold.
        what: What is wrong where it does not.
        mend: How its author mends it.

    Raises:
        AssertionError: It does not hold.
    """
    __tracebackhide__ = True
    if not ok:
        raise AssertionError(f"{what}\n  {mend}")


def best_of(measure: Callable[[], float], *, enough: float) -> float:
    """Return the least that a measurement gives: the machine may be busy with something else.

    Args:
        measure: Measures once.
        enough: What need not be bettered.
    """
    best = measure()
    for _ in range(_TRIES):
        if best <= enough:
            break
        best = min(best, measure())
    return best


class Case:
    """What an author gives, and how checks use it.

    Attributes:
        evaluator: The evaluator.
        task: A task with every input that it needs.
        good: A draft that it should score high: a text or a `Draft`. A verifier must give it 1.
        bad: A draft that it should score lower, and say why.
        params: Parameters, as a graph would set them.
        optional_inputs: Inputs that it reads where a task has them, but does not need.
        models: What answers an evaluator that asks models. None: models that rate `good` highest and all else lowest,
            and that write the draft as it is.
    """

    evaluator: ClassVar[Evaluator]
    task: ClassVar[Task] = Task(prompt="Write one sentence.")  # type: ignore[call-arg]
    good: ClassVar[str | Draft | None]
    bad: ClassVar[str | Draft | None]
    params: ClassVar[Mapping[str, Any]] = {}
    optional_inputs: ClassVar[Sequence[str]] = ()
    models: ClassVar[Models | None] = None

    @property
    def _evaluator(self) -> Evaluator:
        from redraft.evaluation import Evaluator

        made = getattr(self, "evaluator", None)
        if not isinstance(made, Evaluator):
            raise AssertionError(  # noqa: TRY004 - a check that fails
                f"{type(self).__name__}.evaluator is {made!r:.60}, not an evaluator\n"
                "  Set `evaluator = …` to a function that is decorated with @evaluator(…)."
            )
        return made

    @property
    def _good(self) -> Draft:
        return self._example("good")

    @property
    def _bad(self) -> Draft:
        return self._example("bad")

    def _example(self, name: str) -> Draft:
        given = getattr(self, name, "")
        if given is None:
            raise SkipTest(f"no {name} draft is given")
        require(
            hasattr(self, name),
            f"{type(self).__name__} has no {name} draft",
            f"Set `{name} = …` to a text that the evaluator should score {'high' if name == 'good' else 'low'}.",
        )
        return Draft(text=given) if isinstance(given, str) else given

    @property
    def _task(self) -> Task:
        """A copy of the task: what one call does to it is not what the next one finds."""
        return copy.deepcopy(self.task)

    @property
    def _models(self) -> Models:
        return self.models or ScriptedModels.favouring(self._text_of("good"))

    def _text_of(self, name: str) -> str:
        given = getattr(self, name, None)
        return given.text if isinstance(given, Draft) else given or ""

    def _params(self) -> BaseModel | None:
        try:
            return self._evaluator.validate_params(self.params)
        except RedraftError as error:
            what = f"{type(self).__name__}.params does not fit: {error.what}"
            raise AssertionError(f"{what}\n  Set `params = {{…}}` to what a graph would set.") from error

    def _call(self, draft: Draft, task: Task | None = None) -> Answer:
        """Return what the evaluator does for a draft, called directly in this process."""
        given = self._arguments(draft, task)
        return answer_of(lambda: call(self._evaluator, given))

    def _arguments(self, draft: Draft, task: Task | None = None, *, models: Any = None) -> dict[str, Any]:
        """Return the arguments of a direct call in this process.

        Raises:
            SkipTest: Its first calls ended another process, or did not come back: they would do so here.
        """
        self._first_calls()
        given = self._task if task is None else task
        return arguments(self._evaluator, draft, given, self._params(), models or self._models)

    def _score(self, draft: Draft, task: Task | None = None) -> Answer:
        """Return the score of a draft, and fail where there is none."""
        __tracebackhide__ = True
        answer = self._call(draft, task)
        require(
            answer.how == "score",
            f"it {answer.told}, for the draft {draft.text[:60]!r}",
            "Return a Score, a number from 0 to 1 or a bool for every draft.",
        )
        return answer

    def _seen(self, name: str) -> Answer:
        """Return what the evaluator did for a sample text in a fresh process, or else does in this one."""
        testimony = self._testimony()
        if name in testimony.answers:
            return testimony.answers[name]
        if not testimony.not_imported or name not in {*SMALL, *HEAVY}:
            raise SkipTest("the evaluator ended too many processes before")
        return self._call(Draft(text=SMALL[name] if name in SMALL else heavy_text(name, self._text_of("good"))))

    def _first_calls(self) -> None:
        answers = self._testimony().answers
        for name in FIRST:
            if name in answers and answers[name].how in ("late", "died"):
                raise SkipTest(f"in a process of its own, it {answers[name].told} ({name})")

    def _testimony(self) -> Testimony:
        """Return what a fresh process saw; there is one for all checks of a class."""
        evaluator, drafts = self._evaluator, {}
        self._params()
        for name in ("good", "bad"):
            drafts[name] = Draft(text="")
            with suppress(SkipTest):
                drafts[name] = self._example(name)
        order = {
            "evaluator": asdict(reference_to(evaluator)),
            "models": asdict(reference_to(type(self))) if self.models else None,
            "task": self.task.model_dump(mode="json"),
            "params": dict(self.params),
            "network": evaluator.network,
            "names": names(),
            "first": FIRST,
            **{name: draft.model_dump(mode="json") for name, draft in drafts.items()},
        }
        return heard(json.dumps(order, default=str), evaluator.timeout)
