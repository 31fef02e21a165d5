"""What a round does to right and wrong drafts, and what that predicts of more rounds.

Acc_t = Upp - a^t (Upp - Acc_0) with CL = P(right stays right), CS = P(wrong becomes right), a = CL - CS and
Upp = CS / (1 - CL + CS), after Yang et al., "A Probabilistic Inference Scaling Theory for LLM Self-Correction",
arXiv 2508.16456: one measured round predicts the curve.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pydantic import computed_field, model_validator

from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Turns", "predicted", "turned"]


class Turns(Value):
    """How many right drafts stayed right or were broken, and how many wrong ones were mended or stayed wrong."""

    kept: int = 0
    broken: int = 0
    mended: int = 0
    missed: int = 0

    @model_validator(mode="before")
    @classmethod
    def _without_shares(cls, data: Any) -> Any:
        """Let what was printed be read back: the shares follow from the counts anew."""
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if key not in cls.model_computed_fields}

    @computed_field  # type: ignore[prop-decorator]
    @property
    def cl(self) -> float | None:
        """The share of right drafts that stay right; None where none was right."""
        return self.kept / (self.kept + self.broken) if self.kept + self.broken else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def cs(self) -> float | None:
        """The share of wrong drafts that become right; None where none was wrong."""
        return self.mended / (self.mended + self.missed) if self.mended + self.missed else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def a(self) -> float | None:
        """CL - CS: what is left of the distance to the asymptote after each round."""
        return None if self.cl is None or self.cs is None else self.cl - self.cs

    @computed_field  # type: ignore[prop-decorator]
    @property
    def upp(self) -> float | None:
        """The share of right drafts after many rounds; None where a round changes nothing, or one share is unknown."""
        if self.cl is None or self.cs is None or self.a == 1:
            return None
        return self.cs / (1 - self.cl + self.cs)


def turned(pairs: Iterable[tuple[bool, bool]]) -> Turns:
    """Return the turns of pairs: right before, right after."""
    counts = Counter(pairs)
    return Turns(
        kept=counts[True, True], broken=counts[True, False], mended=counts[False, True], missed=counts[False, False]
    )


def predicted(first: float, turns: Turns, rounds: int) -> list[float]:
    """Return the expected share of right drafts after 0, 1, … rounds.

    Args:
        first: The share of first drafts that are right.
        turns: One measured round. What it has no case of is taken to change nothing: all right ones stay right, all
            wrong ones wrong.
        rounds: The last round.
    """
    cl = 1.0 if turns.cl is None else turns.cl
    cs = 0.0 if turns.cs is None else turns.cs
    rate = cl - cs
    if rate == 1:
        return [first] * (rounds + 1)
    most = cs / (1 - rate)
    return [most - rate**number * (most - first) for number in range(rounds + 1)]
