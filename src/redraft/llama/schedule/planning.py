"""The plan of a step: how many rows each sequence gets, so that most comes of the time it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.llama.schedule.costs import RowCosts

__all__ = ["Limits", "Need", "plan"]

BLOCKS = (4, 8, 16, 32, 64)
"""Rows that a speculating sequence may have: processors step in fours, so that fewer cost as much."""

WORTH = 1.02
"""By how much speculation must promise to be faster."""

LIKELY, TRIED = 0.7, 7
"""How likely a token must be for a proposal of so many to be made out of curiosity."""

PREFILL_SHARE = 0.25
"""What waiting prompts are given of a step at least, however many sequences write."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a step may have: rows, cells, and seconds."""

    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Need:
    """What one sequence could use of a step.

    Args:
        pending: Tokens that it has and that are not computed.
        prompt: Whether these are a prompt's, which may be computed in parts.
        chance: How likely each token that it would propose is right.
        foreseen: Most tokens that it would propose.
        outputs: How many of the pending rows give logits, the last ones.
        curious: Whether a likely proposal is made even where costs speak against it: they may be wrong.
    """

    pending: int
    prompt: bool
    chance: float = 0.0
    foreseen: int = 0
    outputs: int = 1
    curious: bool = False


def plan(needs: Sequence[Need], costs: RowCosts, limits: Limits) -> list[int]:
    """Return the rows that each sequence gets, in the order of the needs, which is their order of precedence.

    A sequence that writes gets its pending rows, or none; one whose prompt is computed a part of them. More rows than
    are pending are for what it foresees.
    """
    rows = [0] * len(needs)
    waiting = [at for at, need in enumerate(needs) if need.prompt]
    share = 1 - PREFILL_SHARE if waiting else 1.0
    total = outputs = 0
    for at, need in enumerate(needs):
        if need.prompt or total + need.pending > limits.rows:
            continue
        if total and costs.seconds(total + need.pending, outputs + need.outputs) > limits.seconds * share:
            continue
        rows[at] = need.pending
        total, outputs = total + need.pending, outputs + need.outputs
    writing = sum(1 for at, need in enumerate(needs) if rows[at] and not need.prompt)
    for at in waiting:
        room = min(limits.rows - total, max(costs.most_rows(limits.seconds, rows=total, outputs=outputs), not total))
        rows[at] = min(needs[at].pending, room)
        total += rows[at]
        outputs += needs[at].outputs if rows[at] == needs[at].pending else 0
    if writing:
        _speculate(needs, rows, costs, limits, _Step(total, outputs, writing))
    return rows


@dataclass(slots=True)
class _Step:
    """What a step is so far: rows, those that give logits, and tokens that it is sure to give."""

    rows: int
    outputs: int
    tokens: float


def _speculate(needs: Sequence[Need], rows: list[int], costs: RowCosts, limits: Limits, step: _Step) -> None:
    """Give rows to what is foreseen, as long as more tokens a second come of it."""
    # A row of a prompt is worth what it saves of a later step.
    prompts = sum(rows[at] for at, need in enumerate(needs) if need.prompt)
    one = costs.seconds(int(step.tokens)) / step.tokens
    step.tokens += prompts * (costs.seconds(64, 0) / 64) / one if prompts and one else 0.0
    eager = [at for at, need in enumerate(needs) if rows[at] and not need.prompt and need.chance > 0]
    for at in sorted(eager, key=lambda at: -needs[at].chance):
        now = step.tokens / costs.seconds(step.rows, step.outputs)
        offers = [offer for block in BLOCKS if (offer := _Offer.of(needs[at], block, costs, step)).fits(step, limits)]
        worth = [offer for offer in offers if offer.rate > now * WORTH]
        best = max(worth, key=lambda offer: offer.rate, default=None)
        if best is None and needs[at].curious and needs[at].chance >= LIKELY:
            best = next((offer for offer in offers if offer.rows >= TRIED), None)
        if best is not None and best.rows:
            rows[at] += best.rows
            step.rows, step.outputs = step.rows + best.rows, step.outputs + best.rows
            step.tokens += best.tokens


@dataclass(frozen=True, slots=True)
class _Offer:
    """Rows more for one sequence, tokens more that are expected of them, tokens a second of the step with them."""

    rows: int
    tokens: float
    rate: float
    seconds: float

    @staticmethod
    def of(need: Need, block: int, costs: RowCosts, step: _Step) -> _Offer:
        rows = min(block - 1, need.foreseen)
        tokens = need.chance * (1 - need.chance**rows) / (1 - need.chance) if need.chance < 1 else float(rows)
        seconds = costs.seconds(step.rows + rows, step.outputs + rows)
        return _Offer(rows, tokens, (step.tokens + tokens) / seconds if seconds else 0.0, seconds)

    def fits(self, step: _Step, limits: Limits) -> bool:
        """Return whether the step may have these rows too."""
        return step.rows + self.rows <= limits.rows and self.seconds <= limits.seconds
