"""A mean with its interval, by drawing tasks anew: tasks differ more than the runs of one task do."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from math import fsum
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

__all__ = ["RESAMPLES", "TAILS", "Case", "Interval", "difference", "draws", "mean"]

RESAMPLES = 10_000
TAILS = (2.5, 97.5)
"""Percentiles between which the middle 95 % of the resamples lie."""

Case = tuple[str, float]
"""A task, and what one run on it gave."""


class Interval(Value):
    """A mean with its 95 % interval over tasks, and how many cases it is the mean of."""

    value: float
    low: float
    high: float
    cases: int


def mean(cases: Iterable[Case]) -> Interval | None:
    """Return the mean over all cases, its interval by drawing tasks with all their cases; None without a case."""
    by_task = _by_task(cases)
    if not by_task:
        return None
    ordered = [by_task[task] for task in sorted(by_task)]
    parts, wholes = np.array([fsum(values) for values in ordered]), np.array([len(values) for values in ordered])
    weights = draws(len(ordered))
    low, high = np.percentile((weights @ parts) / (weights @ wholes), TAILS)
    return Interval(value=float(parts.sum() / wholes.sum()), low=float(low), high=float(high), cases=int(wholes.sum()))


def difference(ours: Iterable[Case], theirs: Iterable[Case]) -> Interval | None:
    """Return by how much ours is ahead, paired by task; None without a case.

    Raises:
        ValueError: The two have not the same cases of each task.
    """
    mine, other = _by_task(ours), _by_task(theirs)
    if {task: len(values) for task, values in mine.items()} != {task: len(values) for task, values in other.items()}:
        raise ValueError("the two were not run on the same tasks")
    return mean((task, fmean(values) - fmean(other[task])) for task, values in mine.items())


@cache
def draws(tasks: int) -> npt.NDArray[np.float64]:
    """Return how often each task is drawn in each resample, as an array of resamples by tasks."""
    return np.random.default_rng(0).multinomial(tasks, np.full(tasks, 1 / tasks), size=RESAMPLES).astype(float)


def _by_task(cases: Iterable[Case]) -> Mapping[str, list[float]]:
    by_task: dict[str, list[float]] = defaultdict(list)
    for task, value in cases:
        by_task[task].append(value)
    return by_task
