"""A draft with what it should become: mostly of the model's own."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from redraft.task import Verdict
from training.critique import criticise
from training.grammar import compose, join, sentence_text, split
from training.mending import changes, likeness, mend, with_articles
from training.truth import is_right, missing_words, task_for, verdict_for
from training.words import held_out, words_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from redraft.task import Problem
    from training.curriculum import Mix

__all__ = ["Own", "heard_of", "mended", "problems_of", "rating"]

CANDIDATES = 12
TRIALS = 40
# How far a judge is off.
OFF = 0.6


class Own(NamedTuple):
    """A draft of the model's own: the words of its task, what it wrote, and what that should become.

    Where the model criticised it, `said` is what it said, which may be wrong; where it rated it, `rated` is its rating.
    """

    words: tuple[str, ...]
    draft: str
    target: str
    said: tuple[tuple[str, str, str], ...] | None = None
    rated: float | None = None

    @property
    def right(self) -> bool:
        """Whether nothing is to be done."""
        return self.draft == self.target


def mended(words: Sequence[str], draft: str, rng: Random, mix: Mix) -> Own | None:
    """Return what a draft of the model's own should become, or None where it shows words that are held out.

    It is the least change that the grammar takes, or else the sentence most like the draft.
    """
    if held_out(words_in(draft).union(words)):
        return None
    parts, order = split(draft), rng.sample(words, len(words))
    for kept in islice(changes(parts, words, _lacking(order, parts)), TRIALS):
        changed = with_articles(kept) if mix.articles else kept
        target = join(mend(changed, _lacking(order, changed)))
        if is_right(words, target):
            return Own(tuple(words), draft, target)
    composed = (sentence_text(compose(words, rng)) for _ in range(CANDIDATES))
    return Own(tuple(words), draft, max(composed, key=lambda text: likeness(parts, split(text))))


def _lacking(words: Sequence[str], parts: Sequence[str]) -> list[str]:
    return missing_words(verdict_for(task_for(words), join(parts)))


@lru_cache(maxsize=256)
def problems_of(own: Own) -> tuple[Problem, ...]:
    """Return what a rule says about a draft, given the sentence that it should become."""
    missing = missing_words(verdict_for(task_for(own.words), own.draft))
    return criticise(split(own.draft), split(own.target), missing)


def heard_of(own: Own, rng: Random, mix: Mix, *, blind: bool = False) -> Verdict:
    """Return what the evaluators say of a draft: the judge what the model said, or else about what the rule says."""
    if blind:
        return Verdict()
    said = own.rated
    if said is None:
        said = rng.uniform(1, 5) if rng.random() < mix.anyhow else rating(own) + rng.gauss(0, OFF)
    return verdict_for(task_for(own.words), own.draft, rated=min(5.0, max(1.0, said)))


def rating(own: Own) -> int:
    """Return the rating from 1 to 5 that a rule gives: 5 is right; the first fault costs two, each further one."""
    if own.right:
        return 5
    lost = missing_words(verdict_for(task_for(own.words), own.draft))
    others = sum(1 for problem in problems_of(own) if not problem.problem.startswith("no "))
    return max(1, 4 - max(1, len(lost) + others))
