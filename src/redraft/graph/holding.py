"""Whether a condition holds by itself, and what it says where it does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redraft.convergence import Continue, Decision, Stop, ask
from redraft.graph.condition import Atom, NoProblems, Noted, Scored

if TYPE_CHECKING:
    from redraft.convergence import Progress
    from redraft.graph.condition import Leaf

__all__ = ["holding", "says"]

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def holding(leaf: Leaf, progress: Progress) -> Decision | None:
    """Return what a condition decides where it holds, or None where it does not.

    Args:
        leaf: The condition.
        progress: The run so far.
    """
    match leaf:
        case Atom(check=check, value=value):
            decision = ask(check, value, progress)
            return None if isinstance(decision, Continue) else decision
        case Scored():
            return _scored(leaf, progress)
        case NoProblems():
            critique = progress.critique
            return Stop("critique", "the critique names no problem") if critique and not critique.problems else None
        case Noted():
            said = progress.notes.get(leaf.note)
            held = said is not None and says(said, leaf)
            return Stop("note", f"the note '{leaf.note}' says {_shown(said or '')}") if held else None


def _scored(leaf: Scored, progress: Progress) -> Stop | None:
    verdict = progress.current.verdict if progress.current else None
    # In a verdict, an evaluator has its bare name.
    score = verdict.score_of(leaf.evaluator.rpartition(":")[2]) if verdict else None
    if score is None or score.value is None or score.value < leaf.least:
        return None
    return Stop("score", f"{leaf.evaluator} gives {score.value:.2f}, which reaches {leaf.least:.2f}")


def says(said: str, leaf: Noted) -> bool:
    """Return whether a note with this text says what a condition asks for."""
    if isinstance(leaf.value, str):
        text, wanted = _folded(said), _folded(leaf.value)
        return text == wanted if leaf.test == "is" else wanted in text
    found = _NUMBER.search(said)
    if found is None:
        return False
    return float(found[0]) >= leaf.value if leaf.test == "at_least" else float(found[0]) <= leaf.value


def _folded(text: str) -> str:
    """Return a text as it is compared: models are not exact about case, blanks and a last full stop."""
    return " ".join(text.casefold().split()).rstrip(".")


def _shown(text: str, limit: int = 40) -> str:
    line = " ".join(text.split())
    return f"'{line[: limit - 1]}…'" if len(line) > limit else f"'{line}'"
