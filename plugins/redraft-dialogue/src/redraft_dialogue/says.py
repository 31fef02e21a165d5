"""The oracle `says`: whether a reply says all that it must, in an accepted way, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft import Score, evaluator
from redraft.reasons import few, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft import Draft, Task

__all__ = ["says"]

_JOINTS = ((". ", True), (" and ", False), (", and ", False))
_MOST_STATEMENTS = 8
_LEADS = "the input 'must' must be a list of statements, each a list of texts: the ways to say it"


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to say something. What stands before `|` may be left out behind `and` where it was just said."""

    subject: str
    predicate: str

    def beginnings(self, before: str | None) -> Iterator[str]:
        """Yield how it begins a sentence (nothing was said before in it), or goes on with one."""
        whole = f"{self.subject} {self.predicate}".strip()
        yield whole if before is not None else whole[:1].upper() + whole[1:]
        if before and before == self.subject:
            yield self.predicate


@evaluator("says", kind="oracle", needs=("must",))
def says(draft: Draft, task: Task) -> Score:
    """Whether the reply is made of one accepted form of each statement that it must make: 1 or 0.

    The input `opening`, where there is one, lists the beginnings that are accepted before the first statement (`No, `).
    """
    must = _must(task.inputs["must"])
    openings = _texts(task.inputs.get("opening", []), "the input 'opening' must be a list of texts") or [""]
    text = draft.text.strip()
    for opening in openings:
        if text.startswith(opening) and _fits(text.removeprefix(opening), must, "" if opening else None):
            return Score(1.0)
    return Score(0.0, few(_faults(text, must, openings)))


def _fits(text: str, must: tuple[tuple[_Form, ...], ...], before: str | None) -> bool:
    """Return whether a text is the statements, in any order.

    Args:
        text: What is left of the reply.
        must: What is left to be said.
        before: The subject of what its sentence says so far; None where a sentence begins.
    """
    for place, forms in enumerate(must):
        left = must[:place] + must[place + 1 :]
        for form in forms:
            for beginning in form.beginnings(before):
                if text.startswith(beginning) and _goes_on(text.removeprefix(beginning), left, form.subject):
                    return True
    return False


def _goes_on(text: str, left: tuple[tuple[_Form, ...], ...], subject: str) -> bool:
    if not left:
        return text == "."
    return any(
        text.startswith(joint) and _fits(text.removeprefix(joint), left, None if ends else subject)
        for joint, ends in _JOINTS
    )


def _faults(text: str, must: tuple[tuple[_Form, ...], ...], openings: list[str]) -> Iterator[str]:
    if not text.startswith(tuple(openings)):
        yield f"the reply does not begin with {quoted(openings[0])}"
    unsaid = [forms[0] for forms in must if not any(form.predicate in text for form in forms)]
    yield from (f"not said: {quoted(f'{form.subject} {form.predicate}'.strip())}" for form in unsaid)
    if not unsaid:
        yield "it is not said in an accepted way, or something else is said beside it"


def _must(given: object) -> tuple[tuple[_Form, ...], ...]:
    """Return the statements that a reply must make, each with its forms.

    Raises:
        TypeError: The input is no list of lists of texts.
        ValueError: It is empty, or has too many statements to try every order.
    """
    if not isinstance(given, list):
        raise TypeError(_LEADS)
    must = tuple(tuple(_form(text) for text in _texts(forms, _LEADS)) for forms in given)
    if not must or not all(must) or len(must) > _MOST_STATEMENTS:
        raise ValueError(f"the input 'must' has 1 to {_MOST_STATEMENTS} statements, each with a way to say it")
    return must


def _form(text: str) -> _Form:
    subject, _, predicate = text.rpartition("|")
    return _Form(" ".join(subject.split()), " ".join(predicate.split()))


def _texts(given: object, leads: str) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise TypeError(leads)
    return [str(text) for text in given]
