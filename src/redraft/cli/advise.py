"""`redraft advise`: whether a graph's loop is worth its rounds, from one measured round."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 -- typer reads it at run time
from typing import Annotated

import typer

from redraft.cli.console import write_json
from redraft.cli.groups import AsJson  # noqa: TC001 -- typer reads it at run time
from redraft.cli.interrupt import ending
from redraft.cli.selection import loader, plugins

__all__ = ["advise"]


def advise(  # noqa: PLR0913 -- one parameter for each option
    graph: Annotated[str, typer.Argument(metavar="GRAPH", help="A graph's name or file.", show_default=False)],
    *,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FILE.jsonl", help="Tasks, one a line; else the graph's own.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", metavar="MODEL", help="A GGUF file, a model's name, or embedded.")
    ] = None,
    n: Annotated[int, typer.Option("--n", metavar="N", min=1, help="The first N tasks.")] = 100,
    seeds: Annotated[
        int | None,
        typer.Option("--seeds", metavar="K", min=1, max=1000, help="Runs on each task, at most; else 800 in all."),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="MODEL", help="Also show the critic another model's drafts."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Measure one round of a graph, say how many rounds are worth it, and audit its critic."""
    from redraft.bench.advising import Wanted
    from redraft.bench.advising import advise as measure
    from redraft.bench.subject import Place
    from redraft.cli.progress import Progress
    from redraft.files import project_dir

    wanted = Wanted(graph, data, model, n, seeds, against)
    # What was made is kept: there is nothing to hand over when a signal comes.
    with ending(lambda: None), Progress(sys.stderr) as progress:
        report = measure(wanted, Place(project_dir(), plugins(), loader()), progress)
    if as_json:
        write_json(report.model_dump(mode="json"))
    else:
        from redraft.bench.advice_tables import tables_of_advice
        from redraft.cli.tables import print_table

        for table in tables_of_advice(report):
            print_table(table)
    return 0
