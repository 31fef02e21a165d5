"""Mending: the least change that makes a draft right, and what is said of it."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import combinations, zip_longest
from typing import TYPE_CHECKING

from redraft.task import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["criticised", "mended"]

MOST_HUNKS = 4
MOST_PROBLEMS = 3
Hunk = tuple[str, int, int, int, int]


def mended(draft: str, solution: str, is_right: Callable[[str], bool]) -> str:
    """Return a right text that keeps as many of the draft's lines as it can."""
    old, new = draft.splitlines(), solution.splitlines()
    hunks = _hunks(old, new)
    if len(hunks) > MOST_HUNKS:
        return solution
    for count in range(1, len(hunks)):
        for chosen in combinations(hunks, count):
            text = "\n".join(_changed(old, new, chosen))
            if is_right(text):
                return text
    return solution


def _hunks(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [hunk for hunk in matcher.get_opcodes() if hunk[0] != "equal"]


def _changed(old: Sequence[str], new: Sequence[str], hunks: Sequence[Hunk]) -> list[str]:
    lines, place = [], 0
    for _, i1, i2, j1, j2 in hunks:
        lines += [*old[place:i1], *new[j1:j2]]
        place = i2
    return [*lines, *old[place:]]


def criticised(draft: str, target: str, said: Callable[[str], str]) -> tuple[Problem, ...]:
    """Name each line that is wrong, missing or too much, with the words of the task that it is about, and the fix.

    Args:
        draft: The draft.
        target: What it should become.
        said: Gives the words of the task that a line of the target does.
    """
    old = [line.strip() for line in draft.splitlines() if line.strip()]
    new = [line.strip() for line in target.splitlines()]
    hunks = _hunks(old, new)
    if draft != target and (not hunks or not old or old[0] != new[0] or len(hunks) > MOST_HUNKS):
        return (Problem(where="in all of it", problem="not the function", fix=f"say {new[0]} and do each step"),)
    return tuple(problem for hunk in hunks for problem in _of_hunk(old, new, hunk, said))[:MOST_PROBLEMS]


def _of_hunk(old: Sequence[str], new: Sequence[str], hunk: Hunk, said: Callable[[str], str]) -> Iterator[Problem]:
    _, i1, i2, j1, j2 = hunk
    last = old[i1 - 1]
    for wrong, right in zip_longest(old[i1:i2], new[j1:j2]):
        if right is None:
            yield Problem(where=f"at {wrong}", problem="not asked for", fix="remove it")
        elif wrong is None:
            yield Problem(where=f"after {last}", problem=f"nothing does {said(right)}", fix=f"add {right}")
        else:
            yield Problem(where=f"at {wrong}", problem=f"wrong for {said(right)}", fix=f"say {right}")
        last = wrong or last
