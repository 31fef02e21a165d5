"""`redraft plugins install` and `uninstall`: what a plugin is, is shown before it is loaded for the first time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from redraft.cli.console import escape, is_terminal
from redraft.cli.groups import AsJson  # noqa: TC001 -- typer reads it at run time
from redraft.cli.tables import print_rows
from redraft.errors import PluginError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redraft.plugins.installer import Plug, Requested

__all__ = ["install", "uninstall"]


def install(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Distributions, requirements or folders.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before they are loaded.")] = False,
    as_json: AsJson = False,
) -> int:
    """Install plugins with pip into the environment that redraft runs in."""
    from redraft.plugins import installer

    requested = installer.install([installer.requirement_of(name) for name in names], on_line=_say)
    if not requested:
        _say("Everything that was asked for is installed already.")
        return 0
    plugs = _plugs(requested)
    for plug in plugs:
        _say(f"{plug.distribution} {plug.version}, plugin '{plug.name}': {', '.join(plug.hooks) or 'no hooks'}")
    if not yes and is_terminal(sys.stdin) and is_terminal(sys.stderr):
        _ask(requested)
    _report({plug.distribution for plug in plugs}, as_json=as_json)
    return 0


def uninstall(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Plugins, or their distributions.")],
) -> int:
    """Remove plugins from the environment that redraft runs in."""
    from redraft.plugins import installer

    plugs = installer.installed_now()
    distributions = list(dict.fromkeys(_distribution(name, plugs) for name in names))
    installer.uninstall(distributions, on_line=_say)
    return 0


def _plugs(requested: Sequence[Requested]) -> list[Plug]:
    """Return the plugins of what was installed; what has none is removed again.

    Raises:
        UsageError: A distribution has no plugin.
    """
    from redraft.plugins import installer

    wanted = {one.distribution for one in requested}
    plugs = [plug for plug in installer.installed_now() if plug.distribution in wanted]
    others = sorted(wanted - {plug.distribution for plug in plugs})
    if others:
        installer.uninstall(others, on_line=_say)
        what = f"{others[0]} has no plugin for redraft, and was removed again"
        raise UsageError(what, mend="Check the name; a plugin has an entry point in the group redraft.")
    return plugs


def _ask(requested: Sequence[Requested]) -> None:
    """Ask whether what was installed may be loaded; remove it where it may not.

    Raises:
        UsageError: It may not.
    """
    from redraft.plugins import installer

    if not typer.confirm("Load it from now on? It can do whatever you can do.", default=True, err=True):
        installer.uninstall([one.distribution for one in requested], on_line=_say)
        raise UsageError("nothing was loaded, and what was installed was removed again")


def _report(distributions: set[str], *, as_json: bool) -> None:
    """Print what became of the plugins, now that they are loaded for the first time.

    Raises:
        PluginError: One of them does not load.
    """
    from redraft.plugins import installer

    rows = [row for row in installer.look_again() if row["distribution"] in distributions]
    seen = rows if as_json else [row | {"error": (row["error"] or {}).get("message")} for row in rows]
    print_rows(seen, ("name", "distribution", "version", "hooks", "provides", "error"), as_json=as_json)
    broken = next((row for row in rows if row["error"] and row["error"]["phase"] != "names"), None)
    if broken:
        where = f"plugin '{broken['name']}' ({broken['distribution']})"
        raise PluginError(f"does not load: {broken['error']['message']}", where=where, mend="Update or uninstall it.")


def _distribution(name: str, plugs: Sequence[Plug]) -> str:
    """Return the distribution that a name stands for.

    Raises:
        UsageError: It is no plugin, or redraft itself.
    """
    distributions = {plug.distribution: plug.distribution for plug in plugs}
    names = {plug.name: plug.distribution for plug in plugs} | distributions
    found = names.get(name) or names.get(f"redraft-{name}")
    if found == "redraft" or name in {"redraft", "builtin"}:
        raise UsageError("redraft itself is no plugin to remove", mend="Use pip to remove redraft.")
    if found is None:
        what = f"'{name}' is no installed plugin.{nearest(name, names)}"
        raise UsageError(what, mend="See `redraft plugins ls`. Use pip for what is no plugin.")
    return found


def _say(line: str) -> None:
    """Tell a person what happens, on stderr: stdout carries the result alone."""
    if sys.stderr is not None:
        sys.stderr.write(f"{escape(line)}\n")
        sys.stderr.flush()
