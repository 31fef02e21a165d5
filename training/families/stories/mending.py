"""What a summary that is not right becomes: the right one that keeps most of it, part by part."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from training.families.stories.faults import Parts
from training.families.stories.summaries import endings, intents, openings
from training.families.stories.words import INTENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.families.stories.grammar import Facts

__all__ = ["mend"]

LONGEST = 40
_TURN = re.compile(r"\b(?:and|but)\b")
_WORD = re.compile(r"\w+|,")


def mend(draft: str, facts: Facts, *, most: int) -> str:
    """Return the right summary that keeps most of a draft.

    Args:
        draft: Any text.
        facts: What happens in the story.
        most: How many words a summary may have.
    """
    turn = _TURN.search(draft, len(facts.name))
    start, end = (draft[: turn.start()], draft[turn.start() :]) if turn else (draft, "")
    words = _WORD.findall(start)
    place = next((index for index, word in enumerate(words) if word in INTENTS), None)
    allowed = intents(facts)
    wanted = words[place] if place is not None and words[place] in allowed else allowed[0]
    who = _nearest(openings(facts), words[: len(words) if place is None else place])
    ending = _nearest(endings(facts, most=most), _WORD.findall(end)[:LONGEST])
    return Parts(who, wanted, facts.goal, ending).text()


def _nearest(ways: Sequence[str], words: Sequence[str]) -> str:
    """Return the way to say something that takes the least change of a draft's words, the first of several."""
    return min(ways, key=lambda way: _changes(words[:LONGEST], _WORD.findall(way)))


def _changes(words: Sequence[str], wanted: Sequence[str]) -> int:
    """Return how much is changed: words, and places."""
    hunks = [op for op in SequenceMatcher(None, words, wanted, autojunk=False).get_opcodes() if op[0] != "equal"]
    return len(hunks) + sum(max(i2 - i1, j2 - j1) for _, i1, i2, j1, j2 in hunks)
