"""A scene: what is known, what was said, and what is asked last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.families.family import Item
from training.families.replies.lexicon import YOU, lexicon
from training.families.replies.reply import written
from training.families.replies.wording import asking, forms, not_known, supposing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.families.replies.wording import Voice

__all__ = ["Known", "Question", "Scene", "known_of"]


@dataclass(frozen=True)
class Known:
    """A fact: what a place has."""

    place: str
    attribute: str
    value: str

    @property
    def text(self) -> str:
        """The fact as a task gives it."""
        key = lexicon().attributes[self.attribute].key
        return f"{self.place} {key}: {self.value}".lstrip()


@dataclass(frozen=True)
class Question:
    """Something that is asked, and the value that the user supposes, if any."""

    place: str
    attribute: str
    supposed: str = ""


@dataclass(frozen=True)
class Scene:
    """What is known and asked.

    Attributes:
        facts: What is known, in the order of the task.
        before: What was asked and answered before, if anything.
        last: What is asked last.
        brief: Whether the last turn names another place alone: `And the museum?`
    """

    facts: tuple[Known, ...]
    before: tuple[Question, ...]
    last: tuple[Question, ...]
    brief: bool = False

    def value(self, question: Question) -> str | None:
        """Return what is known of what is asked, or None."""
        found = (one.value for one in self.facts if (one.place, one.attribute) == (question.place, question.attribute))
        return next(found, None)

    def item(self) -> Item:
        """Return the scene as a task, with its truth."""
        opening, must = self._must(self.last)
        truth = {"must": must, "asked": [self._key(question) for question in self.last]}
        return Item(
            inputs={"facts": [one.text for one in self.facts], "turns": self._turns()},
            truth=truth | ({"opening": [opening]} if opening else {}),
        )

    def _turns(self) -> list[str]:
        turns = []
        if self.before:
            opening, must = self._must(self.before)
            turns = [_turn(self.before, None), written(opening, [ways[0] for ways in must])]
        if self.brief:
            return [*turns, f"And the {self.last[0].place}?"]
        return [*turns, _turn(self.last, self.before[-1].place if self.before else None)]

    def _must(self, questions: Sequence[Question]) -> tuple[str, list[list[str]]]:
        pronoun = len({question.place for question in questions}) == 1
        must, opening = [], ""
        for question in questions:
            value = self.value(question)
            if value is None:
                alone = len(questions) == 1
                must.append(not_known(question.attribute, question.place, pronoun=pronoun, alone=alone))
                continue
            must.append(forms(question.attribute, question.place, value, pronoun=pronoun))
            if question.supposed:
                opening = "Yes, " if question.supposed == value else "No, "
        return opening, must

    @staticmethod
    def _key(question: Question) -> str:
        return f"{question.place} {question.attribute}".lstrip()


def known_of(item: Item) -> list[Known]:
    """Return what an item's facts say."""
    return [_known(text) for text in item.inputs["facts"]]


def _known(text: str) -> Known:
    key, _, value = text.partition(": ")
    place, _, rest = key.partition(" ")
    if place not in lexicon().places:
        place, rest = YOU, key
    return Known(place, rest.removesuffix(" number"), value)


def _turn(questions: Sequence[Question], spoken_of: str | None) -> str:
    """Write a turn of the user; a place that was just spoken of is `it`."""
    parts, place = [], spoken_of
    for question in questions:
        parts.append(_asked(question, _voice(question, place)))
        place = question.place
    start = ["And "] if spoken_of is not None else [""]
    text = ", ".join(parts[:-1]) + (", and " if len(parts) > 1 else "") + parts[-1]
    text = f"{start[0]}{text}?"
    return text[0].upper() + text[1:]


def _voice(question: Question, spoken_of: str | None) -> Voice:
    if question.place == YOU:
        return "asked"
    return "it" if question.place == spoken_of else "named"


def _asked(question: Question, voice: Voice) -> str:
    if question.supposed:
        return supposing(question.attribute, question.place, voice, question.supposed)
    return asking(question.attribute, question.place, voice)
