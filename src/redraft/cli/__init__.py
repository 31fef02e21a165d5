"""The command line."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]

_INTERRUPTED = 130


def main() -> None:
    """Run the `redraft` command with the process's arguments, and exit with its exit code."""
    try:
        # Pydantic would read the entry points of all distributions, which costs time, and die of one that is damaged.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        from redraft.cli.shell import call

        code = call(sys.argv[1:])
    except KeyboardInterrupt:
        code = _INTERRUPTED
    if code == _INTERRUPTED:
        # Threads that C code still holds would keep the process; all output is flushed.
        os._exit(code)
    sys.exit(code)
