"""`redraft schema`: the JSON Schemas of graph and agent files, and of what bench and advise report."""

from __future__ import annotations

from typing import Annotated

import typer

from redraft.cli.console import write_json
from redraft.schemas import Format  # noqa: TC001 -- typer reads it at run time

__all__ = ["schema"]


def schema(
    which: Annotated[Format, typer.Argument(metavar="graph|agent|bench|advice", help="Which format.")],
) -> int:
    """Print the JSON Schema of a file format."""
    from redraft.schemas import load_schema

    write_json(load_schema(which))
    return 0
