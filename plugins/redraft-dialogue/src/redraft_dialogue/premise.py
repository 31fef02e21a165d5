"""The evaluator `premise`: whether a reply says yes to what the facts bear out, and no to what they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from redraft import Score, evaluator
from redraft.reasons import few, quoted
from redraft.text import folded
from redraft_dialogue.asking import asked
from redraft_dialogue.conversation import conversation_of
from redraft_dialogue.facts import facts_of
from redraft_dialogue.polarity import denies
from redraft_dialogue.questions import questions
from redraft_dialogue.telling import supposes

if TYPE_CHECKING:
    from redraft import Draft, Task
    from redraft_dialogue.asking import Asked

__all__ = ["premise"]

_YES = regex.compile(
    r"^\W*(?:yes|yeah|yep|right|correct|exactly|indeed|sure|of course|certainly|是|对|對|没错|沒錯|当然|當然|可以)"
)
_NO = regex.compile(r"^\W*(?:no\b|nope|not\b|wrong|sorry|不|没|沒|否)")


@evaluator("premise", kind="heuristic", needs=("facts",))
def premise(draft: Draft, task: Task) -> Score:
    """Whether a yes-or-no question on a fact gets the right one of both; half where the reply begins with neither."""
    supposed = _supposed(asked(conversation_of(task), facts_of(task)))
    if not supposed:
        return Score(1.0)
    answer = _answer(draft.text)
    values = [0.5 if answer is None else float(answer is one) for _, one in supposed]
    wrong = [(fact, one) for (fact, one), value in zip(supposed, values, strict=True) if value < 1]
    return Score(sum(values) / len(values), few(_reason(fact, is_so=one) for fact, one in wrong))


def _supposed(wanted: list[Asked]) -> list[tuple[str, bool]]:
    """Return the facts on which a question supposes something, each with whether it is so."""
    found = [(one.facts[0], supposes(one.clause, one.facts[0])) for one in wanted if _is_yes_or_no(one)]
    return [(fact.text, is_so) for fact, is_so in found if is_so is not None]


def _is_yes_or_no(one: Asked) -> bool:
    """Return whether a clause asks for yes or no, and plainly: what denies may be answered in both ways."""
    kinds = [question.kind for question in questions(f"{one.clause}?")]
    return kinds == ["yes or no"] and len(one.facts) == 1 and not denies(one.clause)


def _answer(reply: str) -> bool | None:
    plain = folded(reply)
    if _NO.search(plain):
        return False
    return True if _YES.search(plain) else None


def _reason(fact: str, *, is_so: bool) -> str:
    if is_so:
        return f"{quoted(fact)} is what the user supposes, and the reply does not say yes"
    return f"{quoted(fact)} is not what the user supposes, and the reply does not say no"
