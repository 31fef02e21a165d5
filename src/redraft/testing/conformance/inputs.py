"""Checks of the task and its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import SkipTest

from redraft.task import Draft, Message, Task
from redraft.testing.conformance.case import Case, require
from redraft.testing.conformance.recorded import recording
from redraft.testing.conformance.samples import SMALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.testing.conformance.answer import Answer

__all__ = ["InputChecks"]

_FOREIGN = "今天天气很好，我们去公园玩吧。"
_OTHERS = ("punctuation", "chinese", "digits")
# What these two mean to Python, a person who wrote the input would not understand.
_UNPLAIN = ("AttributeError", "KeyError", "IndexError", "AssertionError", "UnboundLocalError", "NameError")


class InputChecks(Case):
    """It reads what it declares, and says in plain words what is wrong with an input."""

    def test_the_task_has_every_input(self) -> None:
        """The example's task has each input that the evaluator needs."""
        missing = [name for name in self._evaluator.needs if name not in self.task.inputs]
        require(
            not missing,
            f"the task has no input '{missing[0] if missing else ''}', which the evaluator needs",
            'Set `task = Task(prompt="…", inputs={…})` with every input of needs=[…].',
        )

    def test_it_reads_no_input_that_it_does_not_declare(self) -> None:
        """A graph is checked against `needs`: what is read beside it is missing one day."""
        undeclared = sorted(self._read() - {*self._evaluator.needs, *self.optional_inputs})
        require(
            not undeclared,
            f"it reads the input '{undeclared[0] if undeclared else ''}', which needs does not name",
            "Add it to needs=[…]; where it is read only if it is there, to `optional_inputs` of this class.",
        )

    def test_it_reads_every_input_that_it_declares(self) -> None:
        """A task is refused where it lacks what `needs` names: nothing is named for nothing."""
        idle = [name for name in self._evaluator.needs if name not in self._read()]
        require(not idle, f"it needs '{idle[0] if idle else ''}', but never reads it", "Take it out of needs=[…].")

    def test_an_input_of_a_wrong_type_is_an_error(self) -> None:
        """A null or a table where a text or a list belongs is not scored; the error names the input."""
        for name in self._needed():
            for wrong in (None, {"unexpected": {"table": True}}):
                if isinstance(wrong, dict) and isinstance(self.task.inputs[name], dict):
                    continue
                answer = self._call(self._good, self._with({name: wrong}))
                mend = f"Raise ValueError(\"the input '{name}' must be …\") before it is used."
                require(answer.how != "score", f"it {answer.told} though the input '{name}' is {wrong!r}", mend)
                self._is_plain(answer, name)

    def test_an_empty_input_has_a_score_or_a_plain_error(self) -> None:
        """An empty text, list or table, or a zero."""
        for name in self._needed():
            answer = self._call(self._good, self._with({name: _emptied(self.task.inputs[name])}))
            self._is_plain(answer, name)

    def test_an_input_in_another_script_has_a_score_or_a_plain_error(self) -> None:
        """Chinese where the example has English."""
        for name in self._needed():
            answer = self._call(self._good, self._with({name: _foreign(self.task.inputs[name])}))
            self._is_plain(answer, name)

    def test_other_inputs_do_not_matter(self) -> None:
        """A task may have inputs for other evaluators."""
        plain, more = self._score(self._good), self._score(self._good, self._with({"zz_other": ["x"]}))
        require(
            (plain.value, plain.reasons) == (more.value, more.reasons) or not self._evaluator.deterministic,
            f"an input that it does not know changes its score from {plain.value:g} to {more.value:g}",
            "Read inputs by their names.",
        )

    def test_a_conversation_is_a_task(self) -> None:
        """A task of several turns, with a system message."""
        turns = [("system", "Be brief."), ("user", self.task.prompt), ("assistant", "What?"), ("user", "Go on.")]
        messages = tuple(Message(role=role, content=content) for role, content in turns)
        self._score(self._good, self._task.model_copy(update={"messages": messages}))

    def _needed(self) -> list[str]:
        if not self._evaluator.needs:
            raise SkipTest("it needs no input")
        read = self._read()
        return [name for name in self._evaluator.needs if name in self.task.inputs and name in read]

    def _with(self, inputs: Mapping[str, Any]) -> Task:
        return Task(messages=self.task.messages, inputs={**self._task.inputs, **inputs})

    def _read(self) -> set[str]:
        task, inputs = recording(self._task)
        for draft in (self._good, self._bad, *(Draft(text=SMALL[name]) for name in _OTHERS)):
            self._call(draft, task)
        return inputs.read

    def _is_plain(self, answer: Answer, name: str) -> None:
        """Require a score, or an error that a person who gave the input understands."""
        __tracebackhide__ = True
        clear = answer.how in ("score", "error") or (answer.how == "raised" and answer.type not in _UNPLAIN)
        require(
            clear and (answer.how != "raised" or name in answer.detail),
            f"it {answer.told}, which does not say what is wrong with the input '{name}'",
            f"Raise ValueError(\"the input '{name}' must be …\") before it is used.",
        )


def _emptied(value: Any) -> Any:
    return (
        type(value)() if isinstance(value, str | list | dict | int | float) and not isinstance(value, bool) else value
    )


def _foreign(value: Any) -> Any:
    match value:
        case str():
            return _FOREIGN
        case list():
            return [_foreign(item) for item in value]
        case dict():
            return {key: _foreign(item) for key, item in value.items()}
    return value
