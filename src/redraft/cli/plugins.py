"""`redraft plugins`: what is installed, what it brings, and what is broken."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from redraft.cli.groups import AsJson, Name, group
from redraft.cli.tables import print_card, print_rows
from redraft.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    import typer

    from redraft.plugins import PluginInfo

__all__ = ["app", "ls", "show"]


def app() -> typer.Typer:
    """Return the command group."""
    return group("plugins", "Plugins: what is installed, what it brings.", ls=ls, show=show)


def ls(*, as_json: AsJson = False) -> int:
    """List the plugins, the broken ones with their error."""
    from redraft.plugins import load_plugins

    rows = [_row(info) for info in load_plugins().infos]
    seen = rows if as_json else [row | {"error": _sentence(row["error"])} for row in rows]
    print_rows(seen, ("name", "distribution", "version", "provides", "error"), as_json=as_json)
    return 0


def show(name: Name, *, as_json: AsJson = False) -> int:
    """Show one plugin."""
    from redraft.plugins import load_plugins

    infos = {info.name: info for info in load_plugins().infos}
    if name not in infos:
        raise UnknownNameError(f"no plugin is named '{name}'.{nearest(name, infos)}", mend="See `redraft plugins ls`.")
    print_card(_row(infos[name]), as_json=as_json)
    return 0


def _row(info: PluginInfo) -> dict[str, Any]:
    return asdict(info)


def _sentence(error: dict[str, str] | None) -> str:
    return f"{error['phase']}: {error['message']}" if error else ""
