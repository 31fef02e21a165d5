"""What a rule says about a draft, given the sentence that it should become."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from redraft.task import Problem
from redraft_text.everyday.lexicon import lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["criticise"]

MOST_PROBLEMS = 4
LONGEST_FIX = 12


def criticise(draft: Sequence[str], target: Sequence[str], missing: Sequence[str]) -> tuple[Problem, ...]:
    """Name each place where the draft differs from the target, what is wrong there, and the fix.

    Every word in `where` and `fix` follows a space, as it does in a sentence: the model copies tokens, and a word
    after a quotation mark is another token.
    """
    hunks = [op for op in SequenceMatcher(None, draft, target, autojunk=False).get_opcodes() if op[0] != "equal"]
    if len(hunks) > MOST_PROBLEMS or any(j2 - j1 > LONGEST_FIX for *_, j1, j2 in hunks):
        return (Problem(where="in all of it", problem=_what(missing, ()), fix=f"say {' '.join(target[:LONGEST_FIX])}"),)
    return tuple(_problem(draft[:i2], draft[i1:i2], target[j1:j2], missing) for _, i1, i2, j1, j2 in hunks)


def _problem(upto: Sequence[str], wrong: Sequence[str], right: Sequence[str], missing: Sequence[str]) -> Problem:
    said = {part.lower() for part in right}
    lost = [word for word in missing if not said.isdisjoint(form.lower() for form in lexicon().forms(word))]
    before = upto[: len(upto) - len(wrong)][-2:]
    place = f"after {' '.join(before)}" if before else "at the start"
    if not wrong:
        return Problem(where=place, problem=_what(lost, ()), fix=f"add {' '.join(right)}")
    if not right:
        return Problem(where=place, problem="too much", fix=f"remove {' '.join(wrong[:LONGEST_FIX])}")
    return Problem(where=place, problem=_what(lost, wrong), fix=f"say {' '.join(right)} for {' '.join(wrong[:8])}")


def _what(missing: Sequence[str], wrong: Sequence[str]) -> str:
    if missing:
        return f"no {' and no '.join(missing)}"
    return "wrong words" if wrong else "not complete"
