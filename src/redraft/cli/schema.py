"""`redraft schema`: the JSON Schemas of graph and agent files, for editors."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import typer

from redraft.cli.console import write_json

__all__ = ["schema"]

Which: TypeAlias = Literal["graph", "agent"]


def schema(which: Annotated[Which, typer.Argument(metavar="graph|agent", help="The file format.")]) -> int:
    """Print the JSON Schema of a file format."""
    from redraft.schemas import load_schema

    write_json(load_schema(which))
    return 0
