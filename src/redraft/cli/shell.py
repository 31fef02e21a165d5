"""One call of the command line: arguments in, exit code out, whatever happens between."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from redraft.cli.console import prepare, silence
from redraft.cli.failure import exit_code_of, report
from redraft.cli.selection import selected, taken_out
from redraft.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["call"]


def call(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: What stands after `redraft`. `--debug`, `--no-plugins`, `-p no:NAME` may stand anywhere before `--`.
    """
    prepare()
    options = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    debug = "--debug" in options
    selection, own = taken_out([option for option in options if option != "--debug"])
    try:
        with selected(selection):
            return _invoke([*own, *arguments[len(options) :]])
    except BrokenPipeError:
        # The reader has what it wanted: `redraft run … | head` is no failure.
        silence()
        return ExitCode.DONE
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 -- the outermost boundary: nothing but a message may reach a person
        report(error, debug=debug)
        return exit_code_of(error)


def _invoke(arguments: list[str]) -> int:
    from typer import Abort, TyperException

    from redraft.cli.app import command

    try:
        code = command().main(args=arguments, prog_name="redraft", standalone_mode=False)
    except TyperException as error:
        raise _usage(error) from error
    except Abort as error:
        raise KeyboardInterrupt from error
    except SystemExit as error:
        # Typer turns a broken pipe into exit code 1, which means something else here.
        if isinstance(error.__context__, BrokenPipeError):
            raise error.__context__ from None
        raise
    _flush()
    return code if isinstance(code, int) else ExitCode.DONE


def _usage(error: Exception) -> UsageError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "redraft"
    text = error.format_message() if hasattr(error, "format_message") else str(error)
    return UsageError(text, mend=f"See `{command} --help`.")


def _flush() -> None:
    """Meet a reader that has gone here, and not when the interpreter ends."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
