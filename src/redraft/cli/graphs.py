"""`redraft graphs`: the graph files that are found, and what is in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.cli.groups import AsJson, Name, group
from redraft.cli.tables import print_card, print_rows

if TYPE_CHECKING:
    import typer

    from redraft.files import Found
    from redraft.graph.spec import GraphSpec

__all__ = ["app", "ls", "show"]


def app() -> typer.Typer:
    """Return the command group."""
    return group("graphs", "Graphs: who writes, who scores, when it ends.", ls=ls, show=show)


def ls(*, as_json: AsJson = False) -> int:
    """List the graphs, where each came from, and what it shadows."""
    from redraft.files import find

    rows = [_row(found) for found in find("graphs").values()]
    print_rows(rows, ("name", "origin", "inputs", "description", "shadows"), as_json=as_json)
    return 0


def show(name: Name, *, as_json: AsJson = False) -> int:
    """Show one graph: its task, its nodes, its edges and its stop rules."""
    from redraft.graph.spec import load_graph

    spec = load_graph(name)
    card = spec.model_dump(mode="json", exclude_none=True)
    print_card(card if as_json else card | _drawn(spec), as_json=as_json)
    return 0


def _row(found: Found) -> dict[str, Any]:
    from redraft.errors import RedraftError
    from redraft.graph.spec import load_graph

    row = {
        "name": found.name,
        "origin": found.origin,
        "path": str(found.path),
        "shadows": [str(p) for p in found.shadows],
    }
    try:
        spec = load_graph(found.path)
    except RedraftError as error:
        return {**row, "inputs": None, "description": f"broken: {error}", "error": str(error)}
    return {**row, "inputs": list(spec.inputs), "description": spec.description, "error": None}


def _drawn(spec: GraphSpec) -> dict[str, str]:
    """Return the edges as a person reads them: in the order they are tried."""
    lines = [f"{edge.source} → {edge.target}" + (f"   when {edge.when}" if edge.when else "") for edge in spec.edges]
    return {"edges": "\n".join(lines)}
