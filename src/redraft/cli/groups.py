"""A command with `ls` and `show` below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["AsJson", "Name", "group"]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="Its name.", show_default=False)]


def group(name: str, about: str, *, ls: Callable[..., int], show: Callable[..., int]) -> typer.Typer:
    """Return the command group `name` with its two commands.

    Args:
        name: The plural noun.
        about: One line of help.
        ls: Prints all of them.
        show: Prints one of them.
    """
    app = typer.Typer(name=name, help=about, no_args_is_help=True, rich_markup_mode=None)
    app.command("ls")(ls)
    app.command("show")(show)
    return app
