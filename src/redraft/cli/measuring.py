"""What the commands that measure graphs share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from redraft.cli.console import write_json
from redraft.cli.interrupt import ending
from redraft.cli.selection import loader, plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pydantic import BaseModel

    from redraft.bench.listener import Listener
    from redraft.bench.subject import Place
    from redraft.cli.tables import Titled

__all__ = ["Model", "measured", "print_report"]

R = TypeVar("R", bound="BaseModel")

Model = Annotated[
    str | None, typer.Option("--model", "-m", metavar="MODEL", help="A GGUF file, a model's name, or embedded.")
]


def measured(measure: Callable[[Place, Listener], R]) -> R:
    """Return the report of what is measured in the project folder; how far it is stands on stderr."""
    from redraft.bench.subject import Place
    from redraft.cli.progress import Progress
    from redraft.files import project_dir

    # What was made is kept: there is nothing to hand over when a signal comes.
    with ending(lambda: None), Progress(sys.stderr) as progress:
        return measure(Place(project_dir(), plugins(), loader()), progress)


def print_report(report: R, tables: Callable[[R], Iterable[Titled]], *, as_json: bool) -> None:
    """Print a report as its tables, or as JSON."""
    if as_json:
        write_json(report.model_dump(mode="json"))
        return
    from redraft.cli.tables import print_table

    for table in tables(report):
        print_table(table)
