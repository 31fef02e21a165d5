"""Which network learns most in the same time."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from training.model import Shape
from training.train import Plan, Run
from training.validation import validate

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SHAPES", "Trial", "table", "trials"]

TIMED, UNTIMED = 8, 3


def _shape(layers: int, width: int) -> Shape:
    """Return a shape with heads of 64, and inner layers of three times the width."""
    return Shape(layers=layers, width=width, heads=width // 64, inner=3 * width)


SHAPES = (_shape(3, 128), _shape(5, 128), _shape(7, 128), _shape(5, 192), _shape(5, 256))


@dataclass(frozen=True)
class Trial:
    """A run of one shape, and what it came to."""

    shape: Shape
    parameters: int
    seconds: float
    tokens: int
    losses: dict[str, float]


def trials(seconds: float, *, seed: int = 1, shapes: Iterable[Shape] = SHAPES) -> Iterable[Trial]:
    """Train each shape for about so many seconds, from scratch and without drafts of its own."""
    for shape in shapes:
        plan = Plan(seed=seed, shape=shape)
        yield _trial(replace(plan, steps=max(1, round(seconds / _pace(plan)))))


def _pace(plan: Plan) -> float:
    """Return how many seconds a step takes."""
    run = Run(plan)
    for _ in range(UNTIMED):
        run.advance()
    began = time.monotonic()
    for _ in range(TIMED):
        run.advance()
    return (time.monotonic() - began) / TIMED


def _trial(plan: Plan) -> Trial:
    run, began = Run(plan), time.monotonic()
    while run.step < plan.steps:
        run.advance()
    seconds = time.monotonic() - began
    parameters = sum(parameter.numel() for parameter in run.network.parameters())
    return Trial(run.network.shape, parameters, seconds, run.seen, validate(run.network, run.encoder))


def table(done: Iterable[Trial]) -> Iterable[str]:
    """Yield the lines of a Markdown table, each when its trial is over."""
    yield "| layers | width | parameters | tokens a second | tokens | seconds | generators' loss | loss of all roles |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for trial in done:
        shape, losses = trial.shape, trial.losses
        generators = fmean(lost for kind, lost in losses.items() if kind.endswith("/generator"))
        yield (
            f"| {shape.layers} | {shape.width} | {trial.parameters / 1e6:.2f} M | {trial.tokens / trial.seconds:,.0f} "
            f"| {trial.tokens / 1e6:.2f} M | {trial.seconds:.0f} | {generators:.3f} | {losses['loss']:.3f} |"
        )
