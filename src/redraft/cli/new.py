"""`redraft new`: a project, a plugin, an agent or a graph to begin with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redraft.cli.console import escape, make_console, write_json
from redraft.cli.groups import AsJson  # noqa: TC001 -- typer reads it at run time

if TYPE_CHECKING:
    from redraft.scaffold import Made

__all__ = ["agent", "app", "graph", "plugin", "project"]

_Name = Annotated[str, typer.Argument(help="Its name: small letters, digits, _ and -.", show_default=False)]


def app() -> typer.Typer:
    """Return the command group."""
    commands = typer.Typer(
        name="new", help="New: a project, a plugin, an agent or a graph.", no_args_is_help=True, rich_markup_mode=None
    )
    for made in (project, plugin, agent, graph):
        commands.command(made.__name__)(made)
    return commands


def project(name: _Name, *, as_json: AsJson = False) -> int:
    """Make a project: agents/, graphs/, plugins/, tests/ and a config.toml."""
    from redraft.scaffold import make_project

    return _tell(make_project(name), as_json=as_json)


def plugin(
    name: _Name,
    *,
    one_file: Annotated[bool, typer.Option("--one-file", help="One file in this project's plugins/.")] = False,
    as_json: AsJson = False,
) -> int:
    """Make a plugin with an evaluator: a distribution, or one file for this project."""
    from redraft.scaffold import make_one_file, make_plugin

    return _tell(make_one_file(name) if one_file else make_plugin(name), as_json=as_json)


def agent(
    name: _Name,
    *,
    writes: Annotated[
        str, typer.Option(metavar="WHAT", help="What it writes: critique, draft, note or rating.")
    ] = "critique",
    as_json: AsJson = False,
) -> int:
    """Make an agent in this project."""
    from redraft.scaffold import make_agent

    return _tell(make_agent(name, writes), as_json=as_json)


def graph(name: _Name, *, as_json: AsJson = False) -> int:
    """Make a graph in this project."""
    from redraft.scaffold import make_graph

    return _tell(make_graph(name), as_json=as_json)


def _tell(made: Made, *, as_json: bool) -> int:
    """Print what was made, and what to do next."""
    files = [_near(path) for path in made.files]
    if as_json:
        write_json({"folder": str(made.folder), "files": files, "next": list(made.next)})
        return 0
    console = make_console(sys.stdout)
    console.print(escape("\n".join(f"made {file}" for file in files)))
    console.print(escape("\n".join(["next:", *(f"  {command}" for command in made.next)])))
    return 0


def _near(path: Path) -> str:
    """Return a path as a person would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
