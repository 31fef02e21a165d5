"""Commands that plugins bring: listed by name, imported when one is called."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from redraft.cli.selection import chosen
from redraft.errors import DefinitionError, PluginError, nearest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "LazyGroup"]

GROUP = "redraft.commands"
"""The entry-point group: a command's name, and a `typer.Typer` or a function."""


class LazyGroup(TyperGroup):
    """A group that also has the commands of the entry-point group `redraft.commands`.

    The names of redraft's own commands are reserved. A name that two plugins bring is an error while it stands alone;
    `distribution:name` reaches each of them.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """Return all names: redraft's own in their order, then those of plugins."""
        return [*super().list_commands(ctx), *sorted(self._listed)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command; for a plugin's, a placeholder that help can show without an import."""
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in self._listed:
            return own
        return TyperCommand(cmd_name, help=f"From {self._listed[cmd_name]}.")

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command to call, imported."""
        name = args[0]
        if name in self.commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        found = self._found.get(name, [])
        if len(found) > 1:
            names = " or ".join(f"'{distribution}:{name}'" for distribution, _ in found)
            raise DefinitionError(f"{len(found)} plugins bring the command '{name}'", mend=f"Write {names}.")
        if not found:
            ctx.fail(f"No such command '{name}'.{nearest(name, self.list_commands(ctx))}")
        return name, _load(*found[0]), args[1:]

    @cached_property
    def _found(self) -> dict[str, list[tuple[str, EntryPoint]]]:
        """The plugins' commands by every name that one can write, each with its distribution."""
        from redraft.plugins.metadata import entry_points

        found: dict[str, list[tuple[str, EntryPoint]]] = {}
        choice = chosen()
        for metadata, point in entry_points(GROUP):
            if not choice.refuses(point.name, metadata.name):
                for name in (point.name, f"{metadata.name}:{point.name}"):
                    found.setdefault(name, []).append((metadata.name, point))
        return found

    @cached_property
    def _listed(self) -> dict[str, str]:
        """The shortest name that reaches each of them, with its distribution."""
        bare = {name for name, same in self._found.items() if ":" not in name and len(same) == 1}
        shortest = bare - set(self.commands)
        return {
            name: same[0][0]
            for name, same in self._found.items()
            if name in shortest or (":" in name and name.partition(":")[2] not in shortest)
        }


def _load(distribution: str, found: EntryPoint) -> Any:
    """Return a plugin's command.

    Raises:
        PluginError: It cannot be imported, or is none.
    """
    try:
        thing = found.load()
        if not isinstance(thing, typer.Typer):
            app = typer.Typer(add_completion=False, rich_markup_mode=None)
            app.command(found.name)(thing)
            thing = app
        return typer.main.get_command(thing)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a plugin that is imported must not end the process
        raise PluginError(
            f"its command could not be imported: {type(error).__name__}: {error}",
            where=f"{distribution} ({found.value})",
            mend="Update or uninstall it; every other command works without it.",
        ) from error
