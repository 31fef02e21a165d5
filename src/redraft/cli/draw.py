"""`redraft graphs draw`: a graph as a picture, made on this machine alone."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 -- typer reads it at run time
from typing import Annotated, Literal, TypeAlias

import typer

from redraft.cli.console import is_terminal, write_answer
from redraft.cli.groups import Name  # noqa: TC001 -- typer reads it at run time
from redraft.cli.selection import plugins
from redraft.errors import UsageError

__all__ = ["draw"]

Form: TypeAlias = Literal["ascii", "mermaid", "png", "svg"]

ENDS: dict[str, Form] = {".mmd": "mermaid", ".mermaid": "mermaid", ".png": "png", ".svg": "svg", ".txt": "ascii"}
"""What a file's name says of its format."""


def draw(
    name: Name,
    *,
    form: Annotated[
        Form | None,
        typer.Option("--format", metavar="ascii|mermaid|svg|png", help="As FILE's name says, or ascii, if left out."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where it goes; else stdout.")] = None,
    run: Annotated[
        Path | None, typer.Option("--run", metavar="FILE.json", help="A run of it, as `redraft run --json` prints it.")
    ] = None,
) -> int:
    """Draw one graph with its checks, and the way that a run took, without loading a model."""
    wanted = form or _form_of(out)
    if wanted == "png" and out is None and is_terminal(sys.stdout):
        raise UsageError("a PNG cannot be shown on a terminal", where="--format png", mend="Write it: --out graph.png")
    encoding = "utf-8" if out or sys.stdout is None else sys.stdout.encoding
    picture = _picture(name, wanted, run, encoding)
    if out:
        _save(picture, out)
    elif wanted == "png" and sys.stdout is not None:
        sys.stdout.buffer.write(picture)
    else:
        write_answer(picture.decode(encoding))
    return 0


def _form_of(out: Path | None) -> Form:
    if out is None:
        return "ascii"
    if out.suffix.lower() not in ENDS:
        mend = f"Add --format, or end it in {', '.join(ENDS)}."
        raise UsageError(f"'{out.name}' says no format", where="--out", mend=mend)
    return ENDS[out.suffix.lower()]


def _picture(name: str, form: Form, run: Path | None, encoding: str) -> bytes:
    from redraft import load_graph
    from redraft.graph.draw import draw as drawn
    from redraft.graph.draw import read_run

    spec = load_graph(name, plugins=plugins())
    return drawn(spec, form, run=read_run(run, spec) if run else None, encoding=encoding)


def _save(picture: bytes, out: Path) -> None:
    try:
        out.write_bytes(picture)
    except OSError as error:
        what = f"it cannot be written: {error.strerror}"
        raise UsageError(what, where=str(out), mend="Name another file with --out.") from error
