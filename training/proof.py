"""That no example which training draws by rule shows what its family holds out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from training.curriculum import mix_at
from training.examples import examples
from training.families import families
from training.phrases import without_phrases

if TYPE_CHECKING:
    from training.examples import Example

__all__ = ["Proof", "prove", "shown"]

DRAFTING = ("generator", "reviser")


@dataclass(frozen=True)
class Proof:
    """What was looked at, and what was found.

    Attributes:
        examples: How many examples were drawn, by family.
        violations: The examples that show what is held out.
    """

    examples: dict[str, int]
    violations: tuple[Example, ...]

    def __str__(self) -> str:
        drawn = ", ".join(f"{count:,} of {name}" for name, count in self.examples.items())
        return f"Of {drawn}, {len(self.violations):,} examples show what is held out."


def prove(*, seed: int, count: int) -> Proof:
    """Draw the examples of many tasks from one end of the curriculum to the other, and look at each of them.

    The model's own drafts are not drawn here; those that show what is held out are dropped as they are sampled.

    Args:
        seed: Seed of the data.
        count: Tasks of each family.
    """
    drawn: Counter[str] = Counter()
    violations: list[Example] = []
    for name, family in families().items():
        for index in range(count):
            for example in examples(family, Random(f"{seed}:{name}:{index}"), mix_at(index / count)):
                drawn[name] += 1
                if example.item and family.held_out(example.item, *shown(example)):
                    violations.append(example)
    return Proof(dict(drawn), tuple(violations))


def shown(example: Example) -> tuple[str, ...]:
    """Return the drafts of an example as they are, and what other answers say, their frame left out."""
    answer = example.answer if example.role in DRAFTING else without_phrases(example.answer)
    return (answer, *example.drafts)
