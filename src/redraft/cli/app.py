"""The command tree: every command, and those that plugins bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from redraft.cli import (
    advise,
    agents,
    bench,
    check,
    doctor,
    evaluators,
    graphs,
    models,
    new,
    plugins,
    run,
    schema,
    trust,
)
from redraft.cli.lazy import LazyGroup

if TYPE_CHECKING:
    from typer.core import TyperGroup

__all__ = ["command"]


def _print_version(*, wanted: bool) -> None:
    if wanted:
        from redraft import __version__

        typer.echo(f"redraft {__version__}")
        raise typer.Exit


def _refuse(values: list[str] | None) -> None:
    # What begins with no: was taken out before the command line was parsed.
    if values:
        raise typer.BadParameter(f"'{values[0]}' is not no:NAME")


def _root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=lambda v: _print_version(wanted=v), is_eager=True, help="Print the version."
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Print tracebacks; may stand anywhere.")] = False,
    without: Annotated[
        list[str] | None,
        typer.Option("-p", metavar="no:NAME", callback=_refuse, help="Leave a plugin out; may stand anywhere."),
    ] = None,
    no_plugins: Annotated[
        bool, typer.Option("--no-plugins", help="Leave all plugins out; may stand anywhere.")
    ] = False,
) -> None:
    """A local language model improves its own answer until it stops getting better."""


def command() -> TyperGroup:
    """Return the `redraft` command."""
    app = typer.Typer(
        cls=LazyGroup,
        callback=_root,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.command("run")(run.run)
    app.command("bench")(bench.bench)
    app.command("advise")(advise.advise)
    for group in (new, agents, graphs, evaluators, plugins, models):
        app.add_typer(group.app())
    app.command("trust")(trust.trust)
    app.command("untrust")(trust.untrust)
    app.command("check")(check.check)
    app.command("schema")(schema.schema)
    app.command("doctor")(doctor.doctor)
    return typer.main.get_command(app)  # type: ignore[return-value]
