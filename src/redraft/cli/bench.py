"""`redraft bench`: whether a loop is worth it, measured by a truth that no loop sees."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads it at run time
from typing import Annotated

import typer

from redraft.cli.groups import AsJson  # noqa: TC001 -- typer reads it at run time
from redraft.cli.measuring import Model, measured, print_report

__all__ = ["bench"]


def bench(  # noqa: PLR0913 -- one parameter for each option
    graphs: Annotated[
        list[str], typer.Argument(metavar="GRAPH…", help="Names or files of graphs.", show_default=False)
    ],
    *,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FILE.jsonl", help="Tasks, one a line; else each graph's own.")
    ] = None,
    model: Model = None,
    n: Annotated[int | None, typer.Option("--n", metavar="N", min=1, help="The first N tasks; else all.")] = None,
    seeds: Annotated[int, typer.Option("--seeds", metavar="K", min=1, max=100, help="Runs on each task.")] = 3,
    as_json: AsJson = False,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Draw a picture into this file.")] = None,
) -> int:
    """Measure graphs against their rivals at equal tokens, and say whether to loop."""
    from redraft.bench.benching import bench as measure
    from redraft.bench.subject import Asked
    from redraft.bench.tables import tables_of

    if plot:
        from redraft.bench.drawing import require_drawing

        require_drawing(plot)
    asked = Asked(graphs, data, model, n, seeds)
    report = measured(lambda place, listener: measure(asked, place, listener))
    if plot:
        from redraft.bench.drawing import draw

        draw(report, plot)
    print_report(report, tables_of, as_json=as_json)
    return 0
