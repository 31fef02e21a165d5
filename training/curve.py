"""The loss curve of one or several runs, as a picture."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from training.errors import TrainingError
from training.examples import ROLES
from training.families import families

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

__all__ = ["Log", "draw", "read"]

COLOURS = dict(zip((*ROLES, "bare"), ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7f7f7f"), strict=True))
STYLES: tuple[Literal["-", "--", ":", "-."], ...] = ("-", "--", ":", "-.")
COLUMNS = 3
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
        """Return a quantity where the log has it; of many points some. `right/sentence` is one of `right`."""
        found = ((line["tokens"] / 1e6, _found(line, key)) for line in self.lines)
        points = [(tokens, value) for tokens, value in found if value is not None]
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


def _found(line: Mapping[str, Any], key: str) -> float | None:
    table, _, name = key.partition("/")
    value = line[table].get(name) if isinstance(line.get(table), dict) else line.get(key)
    return None if value is None else float(value)


def draw(logs: Sequence[Log], path: Path) -> None:
    """Draw a panel a family: the loss of each role over tokens, and how many own drafts were right, revisions too."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    shown = [name for name in families() if any(log.series(f"{name}/generator").values for log in logs)]
    rows = max(1, math.ceil(len(shown) / COLUMNS))
    columns = max(1, min(COLUMNS, len(shown)))
    with mpl.rc_context({"font.size": 10}):
        figure = Figure(figsize=(4.2 * columns, 3.4 * rows), layout="constrained")
        panels = figure.subplots(rows, columns, squeeze=False).flat
        for axes, name in zip(panels, shown, strict=False):
            _panel(axes, name, logs)
        for axes in list(panels):
            axes.set_axis_off()
        figure.legend(handles=_key(logs), frameon=False, ncols=6, loc="outside lower center")
        figure.savefig(path, dpi=100, pil_kwargs={"optimize": True})


def _panel(axes: Axes, name: str, logs: Sequence[Log]) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter, PercentFormatter

    right = axes.twinx()
    for log, style in zip(logs, STYLES, strict=False):
        for role, colour in COLOURS.items():
            series = log.series(f"{name}/{role}")
            values = [max(value, LOWEST) for value in series.values]
            axes.plot(series.tokens, values, style, color=colour, linewidth=1.4)
        drafts = log.series(f"right/{name}")
        right.plot(drafts.tokens, drafts.values, style, color="black", marker="o", markersize=3)
    axes.set_title(name)
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=TICKS))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("tokens of all families, in millions")
    axes.grid(visible=True, color="#e5e5e5")
    right.set_ylim(0, 1)
    right.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))


def _key(logs: Sequence[Log]) -> list[Line2D]:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=colour, linewidth=2, label=f"loss: {role}") for role, colour in COLOURS.items()]
    handles.append(Line2D([], [], color="black", marker="o", label="own drafts right"))
    if len(logs) > 1:
        styles = zip(logs, STYLES, strict=False)
        handles += [Line2D([], [], color="black", linestyle=style, label=log.name) for log, style in styles]
    return handles
