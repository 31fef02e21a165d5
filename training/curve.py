"""The loss curve of one or several runs, as a picture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from training.batches import KINDS
from training.errors import TrainingError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

__all__ = ["Log", "draw", "read"]

COLOURS = dict(zip(KINDS, ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7f7f7f"), strict=True))
STYLES: tuple[Literal["-", "--", ":", "-."], ...] = ("-", "--", ":", "-.")
MOST_POINTS = 400
LOWEST = 1e-3
TICKS = (1, 2, 3, 5, 7)


@dataclass(frozen=True)
class Series:
    """One quantity over tokens, in millions."""

    tokens: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Log:
    """The lines of one run's log."""

    name: str
    lines: tuple[dict[str, Any], ...]

    def series(self, key: str) -> Series:
        """Return a quantity where the log has it; of many points some."""
        points = [(line["tokens"] / 1e6, float(line[key])) for line in self.lines if key in line]
        every = max(1, len(points) // MOST_POINTS)
        return Series(tuple(x for x, _ in points[::every]), tuple(y for _, y in points[::every]))


def read(path: Path) -> Log:
    """Read a log that `train` wrote.

    Raises:
        TrainingError: If there is no such log, or a line of it is not one that `train` writes.
    """
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        tokens = [line["tokens"] for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{path} is not the log of a training run ({error}). Name one with --log.") from error
    if not tokens:
        raise TrainingError(f"{path} is empty. Train at least 20 steps first.")
    return Log(path.parent.name, tuple(lines))


def draw(logs: Sequence[Log], path: Path) -> None:
    """Draw the loss of each role over tokens, and below it how many own drafts were right, revisions too."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"font.size": 12}):
        figure = Figure(figsize=(9, 7), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(5, 2))
        _losses(above, logs)
        _drafts(below, logs)
        for axes in (above, below):
            axes.grid(visible=True, which="both", color="#e5e5e5")
            axes.spines[["top", "right"]].set_visible(False)
            axes.set_xlim(left=0)
        figure.savefig(path, dpi=100, pil_kwargs={"optimize": True})


def _drafts(axes: Axes, logs: Sequence[Log]) -> None:
    from matplotlib.ticker import PercentFormatter

    for log, style in zip(logs, STYLES, strict=False):
        right = log.series("right")
        axes.plot(right.tokens, right.values, style, color="black", marker="o", markersize=3.5)
    axes.set_ylabel("own drafts right")
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("tokens seen, in millions")


def _losses(axes: Axes, logs: Sequence[Log]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.ticker import LogLocator, NullFormatter

    roles = [role for role in KINDS if any(log.series(role).values for log in logs)]
    for log, style in zip(logs, STYLES, strict=False):
        for role in roles:
            series = log.series(role)
            values = [max(value, LOWEST) for value in series.values]
            axes.plot(series.tokens, values, style, color=COLOURS[role], linewidth=1.6)
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=TICKS))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_ylabel("loss of an answer's token, smoothed")
    handles = [Line2D([], [], color=COLOURS[role], linewidth=2, label=role) for role in roles]
    if len(logs) > 1:
        styles = zip(logs, STYLES, strict=False)
        handles += [Line2D([], [], color="black", linestyle=style, label=log.name) for log, style in styles]
    axes.legend(handles=handles, frameon=False, ncols=2)
