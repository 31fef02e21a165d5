"""Where a draft differs from what it should become, as a critique."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from redraft.task import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["differences", "likeness"]

MOST_PROBLEMS = 4
LONGEST_FIX = 12
BEFORE = 2


def differences(
    draft: Sequence[str], target: Sequence[str], *, join: Callable[[Sequence[str]], str] = " ".join
) -> tuple[Problem, ...]:
    """Name each place where a draft differs from the target, what is wrong there, and the fix.

    Every word in `where` and `fix` follows a space, as it does in a text: the model copies tokens, and a word after a
    quotation mark is another token.
    """
    matcher = SequenceMatcher(None, draft, target, autojunk=False)
    hunks = [op for op in matcher.get_opcodes() if op[0] != "equal"]
    if len(hunks) > MOST_PROBLEMS or any(j2 - j1 > LONGEST_FIX for *_, j1, j2 in hunks):
        return (Problem(where="in all of it", problem="wrong words", fix=f"say {join(target[:LONGEST_FIX])}"),)
    return tuple(_problem(draft[:i1], draft[i1:i2], target[j1:j2], join) for _, i1, i2, j1, j2 in hunks)


def _problem(
    before: Sequence[str], wrong: Sequence[str], right: Sequence[str], join: Callable[[Sequence[str]], str]
) -> Problem:
    place = f"after {join(before[-BEFORE:])}" if before else "at the start"
    if not wrong:
        return Problem(where=place, problem="not complete", fix=f"add {join(right)}")
    if not right:
        return Problem(where=place, problem="too much", fix=f"remove {join(wrong[:LONGEST_FIX])}")
    return Problem(where=place, problem="wrong words", fix=f"say {join(right)} for {join(wrong[:LONGEST_FIX])}")


def likeness(draft: Sequence[str], target: Sequence[str]) -> float:
    """Return how much of a draft a target keeps, from 0 to 1."""
    return SequenceMatcher(None, draft, target, autojunk=False).ratio()
