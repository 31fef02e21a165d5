"""The family `sentence`: its tasks, sentences, mistakes and critiques."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from redraft.builtin.artefact import ArtefactParams, artefact
from redraft.task import Draft
from redraft_text.everyday.lexicon import lexicon
from training.families.differences import likeness
from training.families.family import Family, Item
from training.families.sentence.critique import criticise
from training.families.sentence.faults import spoil
from training.families.sentence.grammar import compose, join, sentence_text, split
from training.families.sentence.mending import changes, mend, with_articles
from training.families.sentence.truth import is_right, missing_words, scores_of, task_for, verdict_for
from training.families.sentence.words import held_out, sample_words, words_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redraft.task import Problem, Score, Task

__all__ = ["Sentence"]

CANDIDATES = 12
TRIALS = 40
SIZES = {3: 1, 4: 2, 5: 3, 6: 4, 7: 5, 8: 5}
SOUND, ASTRAY = 0.08, 0.03
ANY_ORDER = 0.5
BENCHED = range(3, 9)
WHOLE = ArtefactParams()


class Sentence(Family):
    """One sentence that uses all the given words, and no other content word."""

    name = "sentence"
    graph = "sentence"
    listed = True
    phrases = (
        "Write one sentence that uses all of these words:",
        '- "',
        '" is missing\n',
    )
    words = lexicon().words

    def sample(self, rng: Random, *, kept_back: bool = False, size: int | None = None) -> Item:
        """Draw a set of words; `size` is how many."""
        return Item({"words": sample_words(rng, size=size, kept_back=kept_back)}, {})

    def hard(self, rng: Random) -> Item:
        """Draw a set of mostly many words."""
        return self.sample(rng, size=rng.choices(list(SIZES), list(SIZES.values()))[0])

    def held_out_tasks(self, count: int) -> list[Item]:
        """Return so many sets of 3 to 8 words, evenly over the sizes; more of them begin with fewer of them."""
        draws = [Random(f"bench:{size}") for size in BENCHED]
        laps = range(-(-count // len(BENCHED)))
        sizes = [(rng, size) for _ in laps for rng, size in zip(draws, BENCHED, strict=True)]
        return [self.sample(rng, kept_back=True, size=size) for rng, size in sizes[:count]]

    def held_out(self, item: Item, *texts: str) -> bool:
        """Whether two words stand together that never do in training."""
        return held_out(words_in(" ".join(texts)).union(item.inputs["words"]))

    def answers(self, item: Item, rng: Random, count: int) -> list[str]:
        """Return so many sentences for the same words."""
        return [sentence_text(compose(item.inputs["words"], rng)) for _ in range(count)]

    def made(self, item: Item, rng: Random) -> tuple[str, str]:
        """Return a sentence with mistakes, rarely a sound one or one about other words, and the sentence it was."""
        words, chance = item.inputs["words"], rng.random()
        chunks = compose(words, rng)
        if chance < SOUND:
            return sentence_text(chunks), sentence_text(chunks)
        if chance < SOUND + ASTRAY:
            return sentence_text(compose(sample_words(rng), rng)), sentence_text(chunks)
        draft = sentence_text(spoil(chunks, words, rng)) or "."
        return draft, draft if is_right(words, draft) else sentence_text(chunks)

    def spoiled(self, item: Item, rng: Random) -> str:
        """Return such a sentence alone."""
        return self.made(item, rng)[0]

    def scores(self, task: Task, text: str) -> Mapping[str, Score]:
        """Return what `coverage`, `length` and `artefact` say."""
        return scores_of(task, text) | {"artefact": artefact(Draft(text=text), task, WHOLE)}

    def is_right(self, item: Item, text: str) -> bool:
        """Whether a text has every word, keeps the length, and is a sentence of the grammar."""
        return is_right(item.inputs["words"], text)

    def mended(self, item: Item, draft: str, rng: Random) -> str:
        """Return the least change of a draft that the grammar takes, or else the sentence most like it."""
        words, parts = item.inputs["words"], split(draft)
        order = rng.sample(words, len(words))
        for kept in islice(changes(parts, words, _lacking(order, parts)), TRIALS):
            changed = with_articles(kept)
            target = join(mend(changed, _lacking(order, changed)))
            if is_right(words, target):
                return target
        composed = self.answers(item, rng, CANDIDATES)
        return max(composed, key=lambda text: likeness(parts, split(text)))

    def problems(self, item: Item, draft: str, target: str) -> tuple[Problem, ...]:
        """Return where draft and target differ; a missing word is called so."""
        return criticise(split(draft), split(target), _lacking(item.inputs["words"], split(draft)))

    def rating(self, item: Item, draft: str, target: str) -> int:
        """Return 5 where nothing is to be done; the first fault, a missing word or another, costs two."""
        if draft == target:
            return 5
        lost = _lacking(item.inputs["words"], split(draft))
        others = sum(1 for problem in self.problems(item, draft, target) if not problem.problem.startswith("no "))
        return max(1, 4 - max(1, len(lost) + others))

    def bare(self, rng: Random) -> Sequence[tuple[str, str]]:
        """Return words, and the words in any order or a sentence: each one once is all there is to learn."""
        return [_copied(rng) for _ in range(6)]

    def texts(self) -> Iterator[str]:
        """Yield the forms of words that do not just add letters to them: ` throws` stays ` throw` + `s`."""
        lex = lexicon()
        for word in lex.words:
            yield from (f" {form}" for form in lex.forms(word) if not form.startswith(word))
        yield "\n".join(verdict_for(task_for(("ball",)), " ".join(["a. B"] * 40)).reasons)


def _lacking(words: Sequence[str], parts: Sequence[str]) -> list[str]:
    return missing_words(verdict_for(task_for(words), join(parts)))


def _copied(rng: Random) -> tuple[str, str]:
    words = sample_words(rng)
    asked = f"Task:\n{', '.join(words)}."
    if rng.random() < ANY_ORDER:
        return asked, f"A {' '.join(rng.sample(words, len(words)))}."
    return asked, sentence_text(compose(words, rng))
