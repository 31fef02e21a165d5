"""The loss on examples that no step of training draws."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING

from training.batches import tree_of
from training.curriculum import Mix
from training.examples import examples
from training.families import families
from training.losses import measured

if TYPE_CHECKING:
    from training.batches import Tree
    from training.model import Network
    from training.tokens import Encoder

__all__ = ["validate"]

TASKS, PARTS = 32, 6


def validate(network: Network, encoder: Encoder) -> dict[str, float]:
    """Return the mean loss of all answers, then of each kind; always on the same examples."""
    return measured(network, _trees(encoder), parts=PARTS).by_kind()


@cache
def _trees(encoder: Encoder) -> list[Tree]:
    rng, mix = Random("validation"), Mix(copying=0.04, verbatim=0.15)
    return [tree_of(examples(family, rng, mix), encoder) for family in families().values() for _ in range(TASKS)]
