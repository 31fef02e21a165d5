"""What the network loses on answers, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F  # noqa: N812

from training.batches import ANYTHING, IGNORED, batches, kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from training.batches import Batch, Tree
    from training.model import Network
    from training.tokens import Encoder

__all__ = ["Closed", "Losses", "learn", "measured"]

MOST_CLOSED = 0.999
# A rating is one token where a sentence has a dozen, and no less worth learning.
WEIGHTS = {"judge": 6.0}
KIND_OF_TEXT = {
    "sentence/generator": "sentence",
    "sentence/reviser": "sentence",
    "sentence/bare": "sentence",
    "sentence/critic": "critique",
}


@dataclass
class Losses:
    """Sums over answers, and how many tokens these have, kind by kind."""

    sums: Tensor = field(default_factory=lambda: torch.zeros(len(kinds())))
    counts: Tensor = field(default_factory=lambda: torch.zeros(len(kinds())))

    def add(self, lost: Tensor, batch: Batch) -> None:
        """Add the losses of a batch's answers, token by token."""
        self.sums.index_add_(0, batch.kinds, lost)
        self.counts.index_add_(0, batch.kinds, (batch.targets != IGNORED).float())

    def include(self, other: Losses) -> None:
        """Add the losses of other answers."""
        self.sums += other.sums
        self.counts += other.counts

    def by_kind(self) -> dict[str, float]:
        """Return the mean loss of all answers, then of each kind's."""
        means = {"loss": float(self.sums.sum() / self.counts.sum())}
        for kind, lost, count in zip(kinds(), self.sums.tolist(), self.counts.tolist(), strict=True):
            if count:
                means[kind] = lost / count
        return means


class Closed:
    """What an answer must not say: a word that it has used or was not asked for, and what is no word at all.

    Args:
        encoder: Knows which tokens are free to use.
        weight: How much is lost by the others, beside the loss on the token that should follow.
    """

    def __init__(self, encoder: Encoder, weight: float) -> None:
        self.weight = weight
        self.masks = torch.zeros(len(kinds()), encoder.size)
        for kind, free in KIND_OF_TEXT.items():
            self.masks[kinds()[kind]] = 1.0
            self.masks[kinds()[kind], sorted(encoder.free[free])] = 0.0

    def lost(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return what is lost by the chance of all that is closed, place by place: unlikelihood.

        After Welleck et al., "Neural Text Generation with Unlikelihood Training", arXiv 1908.04319, for all closed
        tokens at once: the loss on the next token teaches this too, by one example at a time.
        """
        masks = self.masks[batch.kinds]
        chances = logits.softmax(dim=-1) * masks
        still_open = chances.gather(1, batch.open.clamp(min=0)) * (batch.open >= 0)
        closed = chances.sum(dim=1) - still_open.sum(dim=1)
        asked = (batch.targets != IGNORED) & (batch.open != ANYTHING).all(dim=1)
        return -self.weight * torch.log1p(-closed.clamp(0, MOST_CLOSED)) * asked


def learn(
    network: Network, trees: Sequence[Tree], *, parts: int, closed: Closed | None = None, share: float = 1.0
) -> Losses:
    """Add a share of the gradient of the mean loss on the answers of trees; return their losses on the next token."""
    losses, whole = Losses(), sum(len(tree.answers) for tree in trees)
    weights = torch.tensor([WEIGHTS.get(kind.rpartition("/")[2], 1.0) for kind in kinds()])
    for batch in batches(trees, parts=parts):
        logits = _logits(network, batch)
        lost = _lost(logits, batch)
        charged = lost * weights[batch.kinds]
        charged = charged + closed.lost(logits, batch) if closed else charged
        (charged.sum() * share / whole).backward()  # type: ignore[no-untyped-call]
        losses.add(lost.detach(), batch)
    return losses


@torch.inference_mode()
def measured(network: Network, trees: Sequence[Tree], *, parts: int) -> Losses:
    """Return the losses on the answers of trees; learn nothing."""
    losses = Losses()
    for batch in batches(trees, parts=parts):
        losses.add(_lost(_logits(network, batch), batch), batch)
    return losses


def _logits(network: Network, batch: Batch) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return network.logits(network.hidden_at(batch.ids, batch.layout)).float()


def _lost(logits: Tensor, batch: Batch) -> Tensor:
    return F.cross_entropy(logits, batch.targets, reduction="none", ignore_index=IGNORED)
