"""What a person is told when a command fails."""

from __future__ import annotations

import sys
import traceback

from redraft.cli.console import escape
from redraft.errors import ExitCode, RedraftError

__all__ = ["exit_code_of", "message_of", "report"]

_MAX_LINES = 5
_MAX_LINE = 400


def exit_code_of(error: BaseException) -> ExitCode:
    """Return the exit code that an error stands for."""
    if isinstance(error, RedraftError):
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    return ExitCode.INTERNAL


def message_of(error: BaseException) -> str:
    """Return the message for an error: at most five lines, no control characters."""
    if not isinstance(error, RedraftError):
        name = type(error).__name__
        return _bounded(f"unexpected {name}: {error}\n  This is a bug: please report it with what --debug prints.")
    return _bounded(str(error))


def report(error: BaseException, *, debug: bool) -> None:
    """Print an error to stderr, with its traceback where `debug` asks for it."""
    if sys.stderr is None:
        return
    if debug:
        sys.stderr.write(escape("".join(traceback.format_exception(error))))
    sys.stderr.write(f"redraft: {message_of(error)}\n")
    sys.stderr.flush()


def _bounded(text: str) -> str:
    lines = escape(text).splitlines() or [""]
    if len(lines) > _MAX_LINES:
        lines = [*lines[: _MAX_LINES - 1], f"  … {len(lines) - _MAX_LINES + 1} more lines"]
    return "\n".join(line if len(line) <= _MAX_LINE else line[: _MAX_LINE - 1] + "…" for line in lines)
