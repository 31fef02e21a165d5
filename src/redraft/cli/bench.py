"""`redraft bench`: whether a loop is worth it, measured by a truth that no loop sees."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 -- typer reads it at run time
from typing import Annotated

import typer

from redraft.cli.console import write_json
from redraft.cli.groups import AsJson  # noqa: TC001 -- typer reads it at run time
from redraft.cli.interrupt import ending
from redraft.cli.selection import loader, plugins

__all__ = ["bench"]


def bench(  # noqa: PLR0913 -- one parameter for each option
    graphs: Annotated[
        list[str], typer.Argument(metavar="GRAPH…", help="Names or files of graphs.", show_default=False)
    ],
    *,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FILE.jsonl", help="Tasks, one a line; else each graph's own.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", metavar="MODEL", help="A GGUF file, a model's name, or embedded.")
    ] = None,
    n: Annotated[int | None, typer.Option("--n", metavar="N", min=1, help="The first N tasks; else all.")] = None,
    seeds: Annotated[int, typer.Option("--seeds", metavar="K", min=1, max=100, help="Runs on each task.")] = 3,
    as_json: AsJson = False,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Draw a picture into this file.")] = None,
) -> int:
    """Measure graphs against their rivals at equal tokens, and say whether to loop."""
    from redraft.bench.benching import bench as measure
    from redraft.bench.subject import Asked, Place
    from redraft.cli.progress import Progress
    from redraft.files import project_dir

    if plot:
        from redraft.bench.drawing import require_drawing

        require_drawing(plot)
    asked = Asked(graphs, data, model, n, seeds)
    # What was made is kept: there is nothing to hand over when a signal comes.
    with ending(lambda: None), Progress(sys.stderr) as progress:
        report = measure(asked, Place(project_dir(), plugins(), loader()), progress)
    if plot:
        from redraft.bench.drawing import draw

        draw(report, plot)
    if as_json:
        write_json(report.model_dump(mode="json"))
    else:
        from redraft.bench.tables import tables_of
        from redraft.cli.tables import print_table

        for table in tables_of(report):
            print_table(table)
    return 0
