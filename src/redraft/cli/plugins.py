"""`redraft plugins`: what is installed, what it brings, and what is broken."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from redraft.cli.groups import AsJson, Name, group
from redraft.cli.installing import install, uninstall
from redraft.cli.selection import plugins
from redraft.cli.tables import print_card, print_rows
from redraft.errors import DefinitionError, UnknownNameError, UsageError, nearest

if TYPE_CHECKING:
    from redraft.plugins import Loaded, PluginInfo

__all__ = ["app", "ls", "show"]


def app() -> typer.Typer:
    """Return the command group."""
    commands = group("plugins", "Plugins: what is installed, what it brings.", ls=ls, show=show)
    commands.command("install")(install)
    commands.command("uninstall")(uninstall)
    return commands


def ls(
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that are left out, or known and not installed.")
    ] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Only those with an error.")] = False,
    hook: Annotated[str | None, typer.Option("--hook", metavar="HOOK", help="Only those that have this hook.")] = None,
    as_json: AsJson = False,
) -> int:
    """List the plugins, the broken ones with their error."""
    found = plugins()
    infos = [*found.infos, *(found.absent if everything else ())]
    if failed:
        infos = [info for info in infos if info.error]
    if hook is not None:
        named = _hook(hook)
        infos = [info for info in infos if named in info.hooks]
    seen = [asdict(info) if as_json else _told(found, info) for info in infos]
    print_rows(seen, ("name", "distribution", "version", "provides", "note"), as_json=as_json)
    return 0


def show(name: Name, *, as_json: AsJson = False) -> int:
    """Show one plugin."""
    found = plugins()
    infos = [info for info in (*found.infos, *found.absent) if name in {info.name, info.distribution}]
    if not infos:
        names = [name for info in found.infos for name in (info.name, info.distribution)]
        raise UnknownNameError(f"no plugin is named '{name}'.{nearest(name, names)}", mend="See `redraft plugins ls`.")
    if len(infos) > 1:
        names = [info.name if name == info.distribution else info.distribution for info in infos]
        raise DefinitionError(f"{len(infos)} plugins are named '{name}'", mend=f"Write {' or '.join(names)}.")
    seconds = found.seconds.get((infos[0].distribution, infos[0].name))
    print_card(asdict(infos[0]) | {"seconds": seconds}, as_json=as_json)
    return 0


def _hook(name: str) -> str:
    """Return a hook's full name: `evaluators` stands for `redraft_evaluators`.

    Raises:
        UsageError: There is no such hook.
    """
    from redraft.plugins.hooks import HOOKS

    full = name if name.startswith("redraft_") else f"redraft_{name}"
    if full not in HOOKS:
        raise UsageError(f"no hook is named '{name}'.{nearest(full, HOOKS)}", mend=f"Hooks: {', '.join(HOOKS)}.")
    return full


def _told(found: Loaded, info: PluginInfo) -> dict[str, Any]:
    """Return what a person sees of a plugin: its error, and whether it is slow, in one cell."""
    error = f"{info.error.phase}: {info.error.message}" if info.error else ""
    return asdict(info) | {"note": "; ".join(filter(None, (error, found.slow(info))))}
