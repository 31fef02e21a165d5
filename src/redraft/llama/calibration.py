"""A calibration: how the numbers of a ranking head become a value from 0 to 1."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redraft.errors import DefinitionError, GenerationError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redraft.catalog.rank_head import RankHead

__all__ = ["Calibration", "worths"]

_NUMBER = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)(?![\w.])")
_ANSWERS = {"yes": 1.0, "no": 0.0}
_ONE = 1 - 2**-24
"""The largest float32 below 1: beyond it tanh says nothing of what it was given."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the numbers of a model are worth.

    Args:
        midpoint: The number that is worth 0.5, of a model that gives one number without bounds.
        scale: How far above it another is worth 0.73 (and 0.88 twice as far).
        labels: What each label is worth, from 0 to 1, of a model that gives probabilities of labels; a label that is
            left out is worth 0. Empty for what the labels say themselves: numbers, or yes and no.
    """

    midpoint: float = 0.0
    scale: float = 1.0
    labels: Mapping[str, float] = field(default_factory=dict)

    def require_fitting(self, head: RankHead, *, where: str) -> None:
        """Make sure that a model's numbers can be valued.

        Args:
            head: The model's head.
            where: Who asks for it, as errors name it.

        Raises:
            DefinitionError: It names labels that the model has not, leaves open what they are worth, or sets what a
                model with labels has no use for.
        """
        if head.outputs == 1:
            if self.labels:
                raise DefinitionError("the model gives one number and has no labels", where=where, mend=_TAKE_LABELS)
            return
        if (self.midpoint, self.scale) != (0.0, 1.0):
            what = f"the model gives probabilities of labels, which midpoint and scale do not fit: {_named(head)}"
            raise DefinitionError(what, where=where, mend="Take them out; `labels` says what each label is worth.")
        unknown = next((label for label in self.labels if label not in head.labels), None)
        if unknown is not None:
            what = f"the model has no label '{unknown}'.{nearest(unknown, head.labels)}"
            raise DefinitionError(what, where=where, mend=f"Its labels: {_named(head)}.")
        if not self.labels and worths(head.labels) is None:
            what = f"nothing says what the model's labels are worth: {_named(head)}"
            raise DefinitionError(what, where=where, mend=f"Say it: labels = {{ {head.labels[0]!r:.60} = 1.0 }}")

    def value_of(self, outputs: Sequence[float], head: RankHead) -> float:
        """Return the value of a head's numbers, from 0 to 1.

        Raises:
            GenerationError: A number is none.
        """
        if not all(math.isfinite(output) for output in outputs):
            raise GenerationError("the model gave a score that is no number")
        if head.outputs == 1:
            logit = outputs[0] if head.activation == "none" else math.atanh(max(-_ONE, min(_ONE, outputs[0])))
            return _sigmoid((logit - self.midpoint) / self.scale)
        chances = outputs if head.activation == "softmax" else _softmax(outputs)
        known = self.labels or worths(head.labels) or {}
        value = sum(known.get(label, 0.0) * chance for label, chance in zip(head.labels, chances, strict=True))
        return min(1.0, max(0.0, value / sum(chances)))


def worths(labels: Sequence[str]) -> dict[str, float] | None:
    """Return what labels are worth by what they say: numbers on a scale, as in "4 stars", or yes and no; else None."""
    answers = {label: _ANSWERS.get(label.strip().casefold()) for label in labels}
    if set(answers.values()) == {0.0, 1.0}:
        return {label: worth for label, worth in answers.items() if worth is not None}
    numbers = {label: float(found[1]) for label in labels if (found := _NUMBER.match(label))}
    lowest, highest = min(numbers.values(), default=0.0), max(numbers.values(), default=0.0)
    if len(numbers) < len(labels) or lowest == highest:
        return None
    return {label: (number - lowest) / (highest - lowest) for label, number in numbers.items()}


_TAKE_LABELS = "Take `labels` out; `midpoint` and `scale` say what the number is worth."


def _sigmoid(logit: float) -> float:
    # Written for either sign, so that no exponential grows beyond a float.
    small = math.exp(-abs(logit))
    return 1 / (1 + small) if logit >= 0 else small / (1 + small)


def _softmax(logits: Sequence[float]) -> list[float]:
    highest = max(logits)
    parts = [math.exp(logit - highest) for logit in logits]
    total = sum(parts)
    return [part / total for part in parts]


def _named(head: RankHead) -> str:
    return ", ".join(head.labels[:8]) + (" …" if len(head.labels) > 8 else "")  # noqa: PLR2004 - as many as a line holds
