"""What a rule says about an answer, given the one that it should become."""

from __future__ import annotations

import re
from typing import NamedTuple

from redraft.task import Problem
from training.families.differences import differences, likeness
from training.families.questions.question import MARK

__all__ = ["criticise"]

MOST, LONGEST = 4, 14
ALIKE = 0.7
_PART = re.compile(r"[^\s\".]+|\.")


class Parts(NamedTuple):
    """The words of a draft, in front of the mark of its answer and behind it."""

    proof: list[str]
    marked: bool
    answer: list[str]


def criticise(draft: str, target: str) -> tuple[Problem, ...]:
    """Name what is wrong with the proof and with the answer, and what to say there.

    Every word in `where` and `fix` follows a space, as it does in a text: the model copies tokens, and a word after a
    quotation mark is another token.
    """
    said, wanted = _parts(draft), _parts(target)
    found = [*_of_proof(said.proof, wanted.proof), *_of_answer(said, wanted)]
    if not found and draft != target:
        found = [Problem(where="in all of it", problem="wrong form", fix=f"say {' '.join(wanted.proof)}")]
    return tuple(found[:MOST])


def _parts(text: str) -> Parts:
    proof, mark, answer = text.partition(MARK)
    return Parts(_words(proof), bool(mark), _words(answer))


def _words(text: str) -> list[str]:
    """Return words and the full stops between them, without quotation marks."""
    return _PART.findall(text.rstrip(' ."'))


def _of_proof(said: list[str], wanted: list[str]) -> list[Problem]:
    if said == wanted:
        return []
    calculated = "=" in wanted
    kind = "calculation" if calculated else "sentence"
    if said and likeness(said, wanted) >= ALIKE:
        local = differences(said, wanted)
        if len(local) < MOST:
            return [one.model_copy(update={"problem": _named(one, calculated=calculated)}) for one in local]
    what = f"wrong {kind}" if said else f"no {kind}"
    return [Problem(where="at the start", problem=what, fix=f"say {' '.join(wanted[:LONGEST])}")]


def _named(problem: Problem, *, calculated: bool) -> str:
    return "wrong number" if calculated and problem.problem == "wrong words" else problem.problem


def _of_answer(said: Parts, wanted: Parts) -> list[Problem]:
    if said.marked and said.answer == wanted.answer:
        return []
    what = "wrong answer" if said.answer else "no answer"
    return [Problem(where="in the answer", problem=what, fix=f"say {' '.join(wanted.answer)}")]
