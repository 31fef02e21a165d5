"""A report as a picture: a row for each graph, its drafts over rounds, and its rivals at equal tokens."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from redraft.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.bench.report import BenchReport, GraphReport

__all__ = ["draw", "require_drawing"]

FORMATS = (".pdf", ".png", ".svg")


def require_drawing(file: Path) -> None:
    """Refuse a picture that could not be drawn, before anything is measured for it.

    Raises:
        UsageError: matplotlib is not installed, or the file's name says no format, or it has no folder.
    """
    where = "--plot"
    if find_spec("matplotlib") is None:
        raise UsageError("matplotlib is not installed", where=where, mend="Install it: pip install 'redraft[plot]'")
    if file.suffix.lower() not in FORMATS:
        raise UsageError(f"'{file.name}' says no format", where=where, mend=f"End it in {', '.join(FORMATS)}.")
    if not file.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {file.parent}", where=where, mend="Make it, or name another.")


def draw(report: BenchReport, file: Path) -> None:
    """Draw a report.

    Args:
        report: The report.
        file: Where the picture goes; the end of its name says the format.

    Raises:
        UsageError: The file cannot be written.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.6 * len(report.graphs)), layout="constrained")
    axes = figure.subplots(len(report.graphs), 2, squeeze=False)
    for graph, (left, right) in zip(report.graphs, axes, strict=True):
        _rounds(graph, left)
        _rivals(graph, right)
    try:
        figure.savefig(file, dpi=120)
    except OSError as error:
        raise UsageError(f"the picture cannot be written: {error.strerror}", where=str(file)) from error


def _rounds(graph: GraphReport, axes: Any) -> None:
    curves = graph.curves
    lines = {
        "answer": (curves.answer, "o-"),
        "last draft": (curves.last, "s-"),
        "any draft": (curves.oracle_best, "^:"),
        "every draft revised": (curves.chain, "x-"),
        "predicted of it": (curves.chain_predicted, "x--"),
    }
    for name, (values, style) in lines.items():
        if values:
            axes.plot([100 * value for value in values], style, label=name)
    axes.set(title=f"{graph.graph}: right drafts by round", xlabel="round", ylabel="right, %")
    axes.set_xticks(range(max(len(values) for values, _ in lines.values())))
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)


def _rivals(graph: GraphReport, axes: Any) -> None:
    shown = [("first draft", graph.drafts.first), ("the loop", graph.drafts.answer)]
    shown += [(rival.name, rival.right) for rival in graph.rivals if rival.right]
    shown.append(("any draft of it", graph.drafts.oracle_best))
    places = range(len(shown))
    values = [100 * found.value for _, found in shown]
    spread = [
        [100 * (found.value - found.low) for _, found in shown],
        [100 * (found.high - found.value) for _, found in shown],
    ]
    axes.errorbar(values, places, xerr=spread, fmt="o", capsize=3)
    axes.set_yticks(places, [name for name, _ in shown])
    axes.invert_yaxis()
    axes.set(title=f"{graph.graph}: at equal generated tokens", xlabel="right, %")
    axes.grid(alpha=0.3)
