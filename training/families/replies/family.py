"""The family of replies that keep to given facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from redraft import Draft, Message, Task
from redraft.builtin.artefact import ArtefactParams, artefact
from redraft.builtin.length import LengthParams, length
from redraft_dialogue.contradiction import ContradictionParams, contradiction
from redraft_dialogue.invented import invented
from redraft_dialogue.premise import premise
from redraft_dialogue.says import says
from redraft_dialogue.told import told
from training.families.family import Family, Item
from training.families.replies.drawing import drawn
from training.families.replies.faults import garbled, mistaken, planned
from training.families.replies.holdout import is_held_out
from training.families.replies.lexicon import lexicon
from training.families.replies.mending import mended
from training.families.replies.wording import asking, not_known, supposing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

    from redraft.task import Score

__all__ = ["Replies"]

MOST_TRIES = 4
NOTHING_ASKED = (Message(role="user", content=""),)
SOUND, ELSEWHERE, GARBLED = 0.06, 0.03, 0.16
WHOLE, SHORT, NEAR = ArtefactParams(echo=False), LengthParams(max_words=35, max_sentences=3), ContradictionParams()


class Replies(Family):
    """Replies to what is asked last, out of a few facts about two places or about who speaks."""

    name: ClassVar[str] = "replies"
    graph: ClassVar[str] = "facts"
    phrases: ClassVar[tuple[str, ...]] = (
        ("Answer what the user asks last, in short full sentences, with what these facts say and nothing else. Facts:"),
        '- "',
        "\nuser:",
        "\nassistant:",
        '" is asked for and not told\n',
        '" contradicts "',
        '" is what the user supposes, and the reply does not say yes\n',
        '" is not what the user supposes, and the reply does not say no\n',
        '" stands in no fact and no turn\n',
    )
    words: ClassVar[tuple[str, ...]] = lexicon().words

    def sample(self, rng: Random, *, kept_back: bool = False) -> Item:
        """Draw a task that may be trained on, or one that is held out."""
        while True:
            item = drawn(rng).item()
            if self.held_out(item) is kept_back:
                return item

    def held_out(self, item: Item, *texts: str) -> bool:
        """Whether an item, or a text for it, shows a held-out pair: of places, of questions, of place and thing."""
        return is_held_out(item, texts)

    def answers(self, item: Item, rng: Random, count: int) -> list[str]:
        """Return so many right answers; where the task allows fewer, some come twice."""
        found: dict[str, None] = {}
        for _ in range(MOST_TRIES * count):
            found[planned(item, rng).text] = None
            if len(found) == count:
                break
        texts = list(found)
        return [texts[place % len(texts)] for place in range(count)]

    def spoiled(self, item: Item, rng: Random) -> str:
        """Return a reply with a mistake, mostly in what it says; rarely one that is sound or about something else."""
        kind = rng.random()
        plan = planned(drawn(rng).item() if SOUND <= kind < SOUND + ELSEWHERE else item, rng)
        if kind < SOUND + ELSEWHERE:
            return plan.text
        if kind < SOUND + ELSEWHERE + GARBLED:
            return garbled(plan.text, rng)
        return mistaken(item, plan, rng)

    def scores(self, task: Task, text: str) -> Mapping[str, Score]:
        """Return what the evaluators say: they are called themselves."""
        draft = Draft(text=text)
        return {
            "artefact": artefact(draft, task, WHOLE),
            "told": told(draft, task),
            "contradiction": contradiction(draft, task, NEAR),
            "premise": premise(draft, task),
            "invented": invented(draft, task),
            "length": length(draft, SHORT),
        }

    def is_right(self, item: Item, text: str) -> bool:
        """Whether a reply says all that it must, in an accepted way, and nothing else."""
        score = says(Draft(text=text), Task(messages=NOTHING_ASKED, inputs=dict(item.truth)))
        return bool(score.value == 1)

    def texts(self) -> Iterator[str]:
        """Yield how each thing is asked for and said, and the words between."""
        place = "bakery"
        for name in lexicon().attributes:
            for voice in ("named", "it", "asked", "own"):
                asked = asking(name, place, voice)
                yield from (f" {asked}", asked.capitalize(), f" {supposing(name, place, voice, '')}")
                yield supposing(name, place, voice, "").capitalize()
            yield from (f" {form.replace('|', '')}" for form in not_known(name, place, pronoun=True, alone=True))
        yield from ("And the", "The It We Its Our A I Yes No", ", and", " and", " not")

    def mended(self, item: Item, draft: str, rng: Random) -> str:
        """Return what a draft should become: itself where it is right, or else a right reply that keeps most of it."""
        del rng
        return draft if self.is_right(item, draft) else mended(item, draft)
