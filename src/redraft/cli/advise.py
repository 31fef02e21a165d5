"""`redraft advise`: whether a graph's loop is worth its rounds, from one measured round."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads it at run time
from typing import Annotated

import typer

from redraft.cli.groups import AsJson  # noqa: TC001 -- typer reads it at run time
from redraft.cli.measuring import Model, measured, print_report

__all__ = ["advise"]


def advise(  # noqa: PLR0913 -- one parameter for each option
    graph: Annotated[str, typer.Argument(metavar="GRAPH", help="A graph's name or file.", show_default=False)],
    *,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FILE.jsonl", help="Tasks, one a line; else the graph's own.")
    ] = None,
    model: Model = None,
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
    from redraft.bench.advice_tables import tables_of_advice
    from redraft.bench.advising import Wanted
    from redraft.bench.advising import advise as measure

    wanted = Wanted(graph, data, model, n, seeds, against)
    report = measured(lambda place, listener: measure(wanted, place, listener))
    print_report(report, tables_of_advice, as_json=as_json)
    return 0
