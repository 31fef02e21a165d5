"""Commands that plugins bring: listed by name, imported when one is called."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from redraft.errors import PluginError, nearest

__all__ = ["GROUP", "LazyGroup"]

GROUP = "redraft.commands"
"""The entry-point group: a command's name, and a `typer.Typer` or a function."""


class LazyGroup(TyperGroup):
    """A group that also has the commands of the entry-point group `redraft.commands`."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return all names: redraft's own in their order, then those of plugins."""
        own = super().list_commands(ctx)
        return own + sorted(set(entry_points(group=GROUP).names) - set(own))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command; for a plugin's, a placeholder that help can show without an import."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        found = _find(cmd_name)
        return TyperCommand(cmd_name, help=f"From {_distribution(found)}.") if found else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command to call, imported."""
        name = args[0]
        found = None if name in self.commands else _find(name)
        if found:
            return name, _load(found), args[1:]
        if name not in self.commands and not name.startswith("-"):
            ctx.fail(f"No such command '{name}'.{nearest(name, self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


def _find(name: str) -> EntryPoint | None:
    return next(iter(entry_points(group=GROUP, name=name)), None)


def _distribution(found: EntryPoint) -> str:
    return found.dist.name if found.dist else found.value


def _load(found: EntryPoint) -> Any:
    try:
        thing = found.load()
    except Exception as error:
        raise PluginError(
            f"its command could not be imported: {type(error).__name__}: {error}",
            where=f"{_distribution(found)} ({found.value})",
            mend="Update or uninstall it; every other command works without it.",
        ) from error
    if not isinstance(thing, typer.Typer):
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(found.name)(thing)
        thing = app
    return typer.main.get_command(thing)
