"""The sampler: one uniform draw a token, from the request's own generator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redraft.errors import GenerationError
from redraft.llama.sampling.peaks import BLOCK, best, not_below, peaks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redraft.llama.interface import Sampling
    from redraft.llama.sampling.penalties import Penalties

__all__ = ["Pick", "Sampler", "logprob", "pick"]

COLDEST = 1e-6
"""A temperature below this takes the likeliest: dividing by less overflows."""

FIRST = 256
"""Tokens that are sorted first where a share of all is kept; then eight times as many, and so on."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A token, and what is left of the draw that picked it: again uniform in [0, 1)."""

    token: int
    rest: float


class Sampler:
    """Draws tokens for one request.

    Args:
        sampling: How tokens are drawn.
        seed: Seed of the generator.
        penalties: What depends on the tokens that were written before.
    """

    def __init__(self, sampling: Sampling, seed: int, penalties: Penalties | None = None) -> None:
        self._sampling = sampling
        self._penalties = None if penalties is None or penalties.idle else penalties
        self._generator = np.random.Generator(np.random.PCG64(seed))
        self._known: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    def uniform(self) -> float:
        """Return the draw of the next token."""
        return float(self._generator.random())

    def know(self, logits: NDArray[np.float32], peaks: NDArray[np.float32]) -> None:
        """Take notice of the peaks of some logits, which `pick` need not look for then."""
        self._known = logits, peaks

    def pick(self, logits: NDArray[np.float32], draw: float) -> Pick:
        """Return the token that a draw picks."""
        wanted = self._penalties.applied(logits) if self._penalties else logits
        known = self._known[1] if self._known and self._known[0] is wanted else None
        return pick(wanted, self._sampling, draw, known=known)

    def accept(self, token: int) -> None:
        """Count a token as written."""
        if self._penalties:
            self._penalties.accept(token)


def logprob(logits: NDArray[np.float32], token: int) -> float:
    """Return the log-probability of a token under the model's own distribution."""
    highest = float(logits.max())
    return float(logits[token]) - highest - math.log(float(np.exp(logits - highest).sum()))


def pick(
    logits: NDArray[np.float32], sampling: Sampling, draw: float, *, known: NDArray[np.float32] | None = None
) -> Pick:
    """Return the token that a draw in [0, 1) picks: top k, typical, top p, min p, then temperature.

    Args:
        logits: The model's logits.
        sampling: How tokens are drawn.
        draw: The draw.
        known: The logits' peaks, where somebody has them.

    Raises:
        GenerationError: No token has a finite logit.
    """
    likeliest = int(logits.argmax()) if known is None else best(logits, known)
    if not math.isfinite(logits[likeliest]):
        raise GenerationError("the model gave no token a finite logit")
    if sampling.temperature < COLDEST or sampling.top_k == 1:
        return Pick(likeliest, draw)
    ids = _candidates(logits, sampling, known)
    values = logits[ids].astype(np.float64)
    if sampling.typical_p < 1:
        usual = _typical(values, sampling.typical_p)
        ids, values = ids[usual], values[usual]
    whole = sampling.top_k > 0 or sampling.typical_p < 1 or sampling.top_p >= 1
    keep = _kept(values, sampling, None if whole else _mass(logits))
    return _drawn(ids[:keep], values[:keep], sampling.temperature, draw)


def _drawn(ids: NDArray[np.intp], values: NDArray[np.float64], temperature: float, draw: float) -> Pick:
    """Return the token that a draw picks among some, by their logits."""
    bounds = np.exp((values - values.max()) / temperature).cumsum()
    target = draw * bounds[-1]
    at = min(int(bounds.searchsorted(target, side="right")), len(ids) - 1)
    low = float(bounds[at - 1]) if at else 0.0
    width = float(bounds[at]) - low
    rest = (target - low) / width if width > 0 else draw
    return Pick(int(ids[at]), min(max(rest, 0.0), math.nextafter(1.0, 0.0)))


def _candidates(logits: NDArray[np.float32], sampling: Sampling, known: NDArray[np.float32] | None) -> NDArray[np.intp]:
    """Return the ids of the largest logits, in falling order, as many as can be kept; in any order where all are.

    To sort a whole vocabulary takes longer than a small model's step.
    """
    if sampling.top_k > 0 or sampling.typical_p < 1:
        return _top(logits, sampling.top_k, known)
    if sampling.top_p >= 1 and sampling.min_p <= 0:
        return (logits >= _LOWEST).nonzero()[0]
    count = FIRST
    while count < len(logits):
        ids = _top(logits, count, known)
        if _suffice(logits, ids, sampling):
            return ids
        count *= 8
    return _top(logits, 0, known)


def _suffice(logits: NDArray[np.float32], ids: NDArray[np.intp], sampling: Sampling) -> bool:
    """Return whether all that top p and min p keep is among the largest logits."""
    values = logits[ids].astype(np.float64)
    if sampling.min_p > 0 and math.exp(values[-1] - values[0]) < sampling.min_p:
        return True
    return sampling.top_p < 1 and np.exp(values - values[0]).sum() > sampling.top_p * _mass(logits)


def _mass(logits: NDArray[np.float32]) -> float:
    """Return the weight of all tokens, where the likeliest weighs 1."""
    return float(np.exp(logits - logits.max()).sum(dtype=np.float64))


def _kept(values: NDArray[np.float64], sampling: Sampling, mass: float | None) -> int:
    """Return how many of the logits, in falling order, top p and min p leave.

    Args:
        values: The logits.
        sampling: How tokens are drawn.
        mass: What all weigh, where these are not all; None for the weight of these.
    """
    keep = len(values)
    if sampling.top_p < 1 or sampling.min_p > 0:
        weights = np.exp(values - values[0])
        if sampling.top_p < 1:
            sums = weights.cumsum()
            keep = int(sums.searchsorted(sampling.top_p * (sums[-1] if mass is None else mass))) + 1
        if sampling.min_p > 0:
            keep = min(keep, int(np.count_nonzero(weights >= sampling.min_p)))
    return max(1, min(keep, len(values)))


def _typical(values: NDArray[np.float64], share: float) -> NDArray[np.intp]:
    """Return where the logits stand, in falling order, whose surprise is nearest to what is expected."""
    weights = np.exp(values - values[0])
    chances = weights / weights.sum()
    surprises = -np.log(np.maximum(chances, np.finfo(np.float64).tiny))
    order = np.abs(surprises - float(chances @ surprises)).argsort(kind="stable")
    keep = int(chances[order].cumsum().searchsorted(share)) + 1
    kept: NDArray[np.intp] = np.sort(order[:keep])
    return kept


def _top(logits: NDArray[np.float32], count: int, known: NDArray[np.float32] | None) -> NDArray[np.intp]:
    """Return the ids of the largest logits, in falling order, equal ones by id; all of them where count is 0."""
    bound = _bound(logits, count, known)
    ids = (logits >= bound).nonzero()[0] if known is None else not_below(logits, known, bound)
    order: NDArray[np.intp] = ids[(-logits[ids]).argsort(kind="stable")]
    return order[:count] if count > 0 else order


def _bound(logits: NDArray[np.float32], count: int, known: NDArray[np.float32] | None) -> np.float32:
    """Return a number that the largest logits are not below, and that few others reach; above minus infinity."""
    blocks = len(logits) // BLOCK
    bound = _LOWEST
    if 0 < count < blocks:
        # The k-th largest peak bounds the k-th largest logit.
        highest = peaks(logits) if known is None else known
        bound = np.partition(highest, blocks - count)[blocks - count]
    elif 0 < count < len(logits):
        bound = np.partition(logits, len(logits) - count)[len(logits) - count]
    return max(bound, _LOWEST)


_LOWEST = np.finfo(np.float32).min
