"""Mending: the right reply that keeps most of a wrong one."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from training.families.replies.reply import parted, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.families.family import Item

__all__ = ["mended"]

LONGEST = 60
LEAST_LIKE = 0.3
_BREAK = re.compile(r"(?<=\.)\s+|,? and ")
_OPENING = re.compile(r"^(?:yes|no)\b,?\s*", re.IGNORECASE)


class _Part(NamedTuple):
    """A part of a draft, and whether it goes on with the sentence before."""

    words: list[str]
    goes_on: bool


class _Pick(NamedTuple):
    """A way to say something that a draft comes near to, in one of its parts."""

    likeness: float
    form: str
    part: int


def mended(item: Item, draft: str) -> str:
    """Return the right reply that is most like a draft: its statements, in its order and the nearest words."""
    must: list[list[str]] = item.truth["must"]
    opening = item.truth.get("opening", [""])[0]
    parts = _parts(draft)
    picks = _assigned(must, parts)
    order = sorted(range(len(must)), key=lambda number: (picks[number].part, number))
    joined = [picks[number].part < len(parts) and parts[picks[number].part].goes_on for number in order]
    chosen = _agreeing([picks[number].form for number in order], [must[number] for number in order], joined)
    return written(opening, chosen, joined=joined)


def _parts(draft: str) -> list[_Part]:
    text = _OPENING.sub("", " ".join(draft.split()[:LONGEST]))
    parts, start, goes_on = [], 0, False
    for found in _BREAK.finditer(text):
        parts.append(_Part(_words(text[start : found.start()]), goes_on))
        start, goes_on = found.end(), "and" in found[0]
    return [*parts, _Part(_words(text[start:]), goes_on)]


def _words(text: str) -> list[str]:
    return text.rstrip(".").lower().split()


def _assigned(must: Sequence[Sequence[str]], parts: Sequence[_Part]) -> list[_Pick]:
    """Give each statement the part that is most like it, the likest pair first, no part twice; the rest comes last."""
    pairs = sorted(
        ((_near(ways, part, place), number) for number, ways in enumerate(must) for place, part in enumerate(parts)),
        key=lambda pair: -pair[0].likeness,
    )
    picks: dict[int, _Pick] = {}
    for pick, number in pairs:
        if number not in picks and pick.part not in {one.part for one in picks.values()} and pick.likeness > LEAST_LIKE:
            picks[number] = pick
    return [picks.get(number, _Pick(0.0, ways[0], len(parts))) for number, ways in enumerate(must)]


def _near(ways: Sequence[str], part: _Part, place: int) -> _Pick:
    return max((_Pick(_likeness(way, part), way, place) for way in ways), key=lambda pick: pick.likeness)


def _likeness(way: str, part: _Part) -> float:
    """Return how like a part is to a statement; one that goes on may leave out who it is about."""
    subject, predicate = parted(way.lower())
    matcher = SequenceMatcher(None, part.words, f"{subject} {predicate}".split(), autojunk=False)
    whole = matcher.ratio()
    if not part.goes_on:
        return whole
    matcher.set_seq2(predicate.split())
    return max(whole, matcher.ratio())


def _agreeing(chosen: Sequence[str], must: Sequence[Sequence[str]], joined: Sequence[bool]) -> list[str]:
    """Let a statement that goes on with a sentence have its subject, where one of its ways does."""
    out: list[str] = []
    for form, ways, goes_on in zip(chosen, must, joined, strict=True):
        before = parted(out[-1])[0] if out else ""
        same = [way for way in ways if parted(way) == (before, parted(form)[1])]
        out.append(same[0] if same and goes_on else form)
    return out
