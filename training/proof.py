"""That no example which training draws by rule shows two words that are held out from standing together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

from training.curriculum import mix_at
from training.examples import examples, shown_words
from training.lexicon import lexicon
from training.words import held_out, held_out_pairs

if TYPE_CHECKING:
    from training.examples import Example

__all__ = ["Proof", "prove"]

SETS = 4000
SIZES = range(3, 9)


@dataclass(frozen=True)
class Proof:
    """What was looked at, and what was found.

    Attributes:
        examples: How many examples were drawn.
        shown: How many pairs of words stood together in one of them.
        kept: How many pairs are held out.
        pairs: How many pairs there are.
        sets: For each size, which share of all sets of words has a pair that is held out.
        violations: The examples that show such a pair.
    """

    examples: int
    shown: int
    kept: int
    pairs: int
    sets: dict[int, float]
    violations: tuple[Example, ...]

    def __str__(self) -> str:
        shares = ", ".join(f"{share:.0%} of {size} words" for size, share in self.sets.items())
        return (
            f"{self.kept:,} of {self.pairs:,} pairs of words are held out ({self.kept / self.pairs:.1%}); "
            f"so are these sets of words: {shares}.\n"
            f"{self.examples:,} examples show {self.shown:,} pairs; "
            f"{len(self.violations):,} examples show one that is held out."
        )


def prove(*, seed: int, count: int) -> Proof:
    """Draw the examples of many tasks from one end of the curriculum to the other, and look at every pair of words.

    The fixed text of the prompts is left out: it stands in all of them. The model's own drafts are not drawn here;
    those that show such a pair are dropped as they are sampled.
    """
    shown: set[tuple[str, str]] = set()
    violations: list[Example] = []
    drawn = 0
    for index in range(count):
        for example in examples(Random(f"{seed}:{index}"), mix_at(index / count)):
            words = shown_words(example)
            drawn += 1
            shown.update(combinations(sorted(words), 2))
            if held_out(words):
                violations.append(example)
    known = len(lexicon().words)
    kept = sum(len(others) for others in held_out_pairs().values()) // 2
    return Proof(drawn, len(shown), kept, known * (known - 1) // 2, _shares(Random(seed)), tuple(violations))


def _shares(rng: Random) -> dict[int, float]:
    """Estimate which share of the sets of each size is held out."""
    words = sorted(lexicon().words)
    return {size: sum(held_out(rng.sample(words, size)) for _ in range(SETS)) / SETS for size in SIZES}
