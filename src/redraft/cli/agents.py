"""`redraft agents`: the agent files that are found, and what is in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.cli.groups import AsJson, Name, group
from redraft.cli.selection import plugins
from redraft.cli.tables import found_row, print_card, print_rows

if TYPE_CHECKING:
    from pathlib import Path

    import typer

__all__ = ["app", "ls", "show"]


def app() -> typer.Typer:
    """Return the command group."""
    return group("agents", "Agents: a prompt, what it reads, what it writes.", ls=ls, show=show)


def ls(*, as_json: AsJson = False) -> int:
    """List the agents, where each came from, and what it shadows."""
    from redraft.plugins.shelf import Shelf

    shelf = Shelf("agents", plugins=plugins())
    rows = [found_row(found, _facts, own="writes") for found in shelf.all()]
    print_rows(rows, ("name", "origin", "distribution", "writes", "description", "shadows"), as_json=as_json)
    return 0


def show(name: Name, *, as_json: AsJson = False) -> int:
    """Show one agent: its settings and its prompt."""
    from redraft.agents import get_agent

    agent = get_agent(name, plugins=plugins())
    card = agent.model_dump(mode="json", by_alias=True, exclude_none=True)
    print_card({**card, "fingerprint": agent.fingerprint}, as_json=as_json)
    return 0


def _facts(path: Path) -> dict[str, Any]:
    from redraft.agents import load_agent

    agent = load_agent(path)
    return {"writes": agent.writes, "description": agent.description}
