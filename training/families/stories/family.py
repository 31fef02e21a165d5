"""The family `stories`: short stories, each told in one sentence."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from redraft.builtin.artefact import artefact
from redraft.builtin.length import length
from redraft.task import Draft
from redraft_summary.compression import compression
from redraft_summary.copying import copying
from redraft_summary.faithful import faithful
from redraft_summary.key_terms import key_terms
from redraft_summary.templates import Templates
from redraft_summary.textrank import key_terms_of
from training.families.family import Family, Item
from training.families.stories.faults import Parts, spoil
from training.families.stories.grammar import draw, told
from training.families.stories.mending import mend
from training.families.stories.reading import read
from training.families.stories.summaries import ALLOWED, endings, gist, intents, most_words, openings
from training.families.stories.words import ANIMALS, NOUNS, VERBS, WORDS, held_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

    from pydantic import BaseModel

    from redraft.task import Score, Task
    from training.families.stories.grammar import Facts

__all__ = ["Stories"]

SOUND, ASTRAY = 0.08, 0.03
TRIALS = 8
KEY_TERMS = 3


class Stories(Family):
    """A short story in one sentence: who, what was wanted, how it ended."""

    name = "stories"
    graph = "story"
    phrases = (
        (
            "Tell this story in one sentence, in less than a third of its words: who it is about, what was wanted, "
            "and how it ended. Add nothing, and copy no more than five words in a row.\n\n"
        ),
        " word too many:",
        " words too many:",
        " of at most",
        ", 30% of the source's",
        " words are copied in a row, at most 5 are allowed\n- the longest copy has",
        ' words: "',
        '- the source has no word "',
        '- the source has no name "',
        '- the source has no number "',
        '- the key term "',
        '" is missing\n',
        " sentences, at most 1 allowed\n",
        '"\n',
    )
    words = WORDS

    def sample(self, rng: Random, *, kept_back: bool = False) -> Item:
        """Draw a story that allows enough words, and whose key terms are in every right summary."""
        while True:
            facts = draw(rng)
            story = told(facts, rng)
            most = most_words(story)
            if most in ALLOWED and held_out(story) == kept_back and _is_to_the_point(story, facts):
                return Item({"source": story}, {"gist": gist(facts, most=most)})

    def held_out(self, item: Item, *texts: str) -> bool:
        """Whether a role or a verb stands together with a thing that it never does in training."""
        return held_out(" ".join((item.inputs["source"], *texts)))

    def answers(self, item: Item, rng: Random, count: int) -> list[str]:
        """Return so many summaries; the longer ones are the likelier: they say more."""
        facts = self._facts(item)
        ways = endings(facts, most=most_words(item.inputs["source"]))
        ends = rng.choices(ways, [len(way.split()) for way in ways], k=count)
        return [Parts(rng.choice(openings(facts)), rng.choice(intents(facts)), facts.goal, end).text() for end in ends]

    def spoiled(self, item: Item, rng: Random) -> str:
        """Return a summary with a fault or two, rarely a sound one or that of another story."""
        story, back = item.inputs["source"], self.held_out(item)
        for _ in range(TRIALS):
            text = self._drafted(item, story, rng)
            if back or not self.held_out(item, text):
                return text
        return self.answers(item, rng, 1)[0]

    def _drafted(self, item: Item, story: str, rng: Random) -> str:
        chance, facts = rng.random(), self._facts(item)
        if chance < SOUND:
            return self.answers(item, rng, 1)[0]
        if chance < SOUND + ASTRAY:
            return self.answers(self.sample(rng), rng, 1)[0]
        ends = endings(facts, most=most_words(story))
        parts = Parts(rng.choice(openings(facts)), rng.choice(intents(facts)), facts.goal, rng.choice(ends))
        return spoil(parts, facts, story, rng)

    def scores(self, task: Task, text: str) -> Mapping[str, Score]:
        """Return what the evaluators of the graph say."""
        draft, params = Draft(text=text), self._params
        return {
            "compression": compression(draft, task, params["compression"]),
            "copying": copying(draft, task, params["copying"]),
            "faithful": faithful(draft, task, params["faithful"]),
            "key_terms": key_terms(draft, task, params["key_terms"]),
            "length": length(draft, params["length"]),
            "artefact": artefact(draft, task, params["artefact"]),
        }

    def is_right(self, item: Item, text: str) -> bool:
        """Whether a draft is one of the right summaries, word for word."""
        wanted = item.truth["gist"]
        return Templates(wanted["sentences"], wanted["slots"]).reach(" ".join(text.split())) is None

    def mended(self, item: Item, draft: str, rng: Random) -> str:
        """Return the draft itself where it is right, or else the right summary that keeps most of each of its parts."""
        del rng
        if self.is_right(item, draft):
            return draft
        return mend(draft, self._facts(item), most=most_words(item.inputs["source"]))

    def texts(self) -> Iterator[str]:
        """Yield the other words of stories, summaries and critiques."""
        yield from (f" {word}s" for word in (*NOUNS, *ANIMALS))
        yield from (f" {past}" for past in VERBS.values())

    @cached_property
    def _params(self) -> dict[str, BaseModel | None]:
        made = (artefact, compression, copying, faithful, key_terms, length)
        given = {use.name: use.params for use in self.uses}
        return {one.name: one.validate_params(given[one.name]) for one in made}

    def _facts(self, item: Item) -> Facts:
        return read(item.inputs["source"])


def _is_to_the_point(story: str, facts: Facts) -> bool:
    """Whether all key terms of a story are words that every right summary of it has."""
    said = {facts.name.lower(), facts.role, facts.things, facts.noun, facts.verb, facts.adjective}
    if facts.past.startswith(facts.verb):
        said.add(facts.past)
    return said.issuperset(term.text for term in key_terms_of(story, KEY_TERMS))
