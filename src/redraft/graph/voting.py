"""A vote among drafts: what each of them says, and what most of them say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from redraft.answer import final_answer
from redraft.numbers import number_list
from redraft.text import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.graph.node import Of
    from redraft.task import Assessed

__all__ = ["Ballot", "ballot", "said", "said_by"]

_AROUND_NUMBER = regex.compile(r"[\s$€£¥]*")


@dataclass(frozen=True, slots=True)
class Ballot:
    """How a vote ended: the drafts, the winner first, then those that most others agree with, and the winner's votes.

    `votes` are of all `voters`; a draft that was cut, is empty or fails a gate has no vote while another one has.
    """

    order: tuple[Assessed, ...]
    votes: int
    voters: int


def ballot(drafts: Sequence[Assessed], of: Of = "answers") -> Ballot:
    """Return how the drafts of a pool vote; of equals the better verdict is first, then the earlier draft.

    Args:
        drafts: The drafts, at least one.
        of: What is counted.
    """
    fit = [one for one in drafts if _votes(one)] or list(drafts)
    says = {one.draft.index: said_by(one.draft.text, of) for one in fit}
    votes = Counter(says.values())

    def place(one: Assessed) -> tuple[int, tuple[bool, bool, float]]:
        return (votes[says[one.draft.index]] if one.draft.index in says else 0, one.rank)

    order = tuple(sorted(drafts, key=place, reverse=True))
    return Ballot(order, place(order[0])[0], len(fit))


def said_by(text: str, of: Of = "answers") -> str:
    """Return what a draft says, as votes are counted: two say the same where this is the same.

    An answer that is a number is its value: `18`, `$18.00` and `eighteen` are one answer.
    """
    if of == "texts":
        return said(text)
    answer = final_answer(text).text
    return _number(answer) or said(answer)


def said(text: str) -> str:
    """Return what a text says but for case, width, blanks and a last full stop."""
    return " ".join(folded(text).split()).rstrip(".。 ")


def _number(answer: str) -> str | None:
    """Return the value of an answer that is a number and nothing else; None for any other."""
    numbers = number_list(answer)
    if len(numbers) != 1 or numbers[0].ordinal:
        return None
    number = numbers[0]
    around = answer[: number.start] + answer[number.end :]
    return str(number.value) if _AROUND_NUMBER.fullmatch(around) else None


def _votes(one: Assessed) -> bool:
    passed = one.verdict is None or not one.verdict.gates_failed
    return passed and not one.draft.cut and bool(one.draft.text.strip())
