"""`redraft schema`: the JSON Schemas of graph and agent files, and of a bench's report."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import typer

from redraft.cli.console import write_json

__all__ = ["schema"]

Which: TypeAlias = Literal["graph", "agent", "bench"]


def schema(
    which: Annotated[Which, typer.Argument(metavar="graph|agent|bench", help="Which format.")],
) -> int:
    """Print the JSON Schema of a file format."""
    from redraft.schemas import load_schema

    write_json(load_schema(which))
    return 0
