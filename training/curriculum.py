"""How much of what is trained, from the beginning of a run to its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CURRICULUM", "ONWARDS", "Mix", "mix_at"]


@dataclass(frozen=True)
class Mix:
    """How much of what: it changes as training goes on.

    Attributes:
        copying: Share of tasks that are bare exercises, in a family that has any.
        verbatim: Share of tasks where a sound draft is criticised and revised too: nothing is to be done.
        own: Share of drafts that the model itself wrote, where there are any.
        blind: Share of critiques and revisions that are not told what the evaluators said.
        silent: Share of revisions that are not told what the critic said.
        both: Whether a draft is revised after what the rule says and after what the model said, or after one of them.
        judged: Whether the model rates its own drafts, so that what is heard of them is its own rating.
        anyhow: Share of other ratings that say nothing.
    """

    copying: float = 0.0
    verbatim: float = 0.3
    own: float = 0.0
    blind: float = 0.15
    silent: float = 0.15
    both: bool = False
    judged: bool = False
    anyhow: float = 0.08


CURRICULUM = (
    (0.06, Mix(copying=0.9)),
    (0.12, Mix(copying=0.3)),
    (0.3, Mix(copying=0.1, own=0.3)),
    (0.515, Mix(copying=0.05, own=0.7, both=True)),
    # A judge that overlooks a missing word must not talk critic and reviser out of seeing it.
    (1.0, Mix(copying=0.05, own=0.7, both=True, judged=True, anyhow=0.5)),
)
"""What is trained until a share of the run is over."""


ONWARDS = (
    (0.08, Mix(copying=0.1)),
    (0.3, Mix(copying=0.1, own=0.3)),
    (0.5, Mix(copying=0.1, own=0.5, both=True, judged=True)),
    (1.0, Mix(copying=0.05, own=0.7, both=True, judged=True, anyhow=0.5)),
)
"""The same where the weights were trained before: in one family or another they have the beginning behind them."""


def mix_at(share: float, curriculum: Sequence[tuple[float, Mix]] = CURRICULUM) -> Mix:
    """Return what is trained when a share of the run is over: exercises first, then the model's own drafts."""
    return next(mix for until, mix in curriculum if share <= until)
