"""Where commands find programs, and what of the machine they are shown beside the system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["environment", "interpreter"]

_SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/sbin")


def environment(folder: str, *, spare: str) -> dict[str, str]:
    """Return the whole environment of a command: nothing of ours, and nothing that is secret.

    Args:
        folder: Its working folder.
        spare: Where it may write temporary files.
    """
    programs = [str(Path(prefix) / "bin") for prefix in dict.fromkeys((sys.prefix, sys.base_prefix))]
    path = os.pathsep.join([*programs, "/usr/local/bin", "/usr/bin", "/bin"])
    return {"PATH": path, "HOME": folder, "TMPDIR": spare, "LANG": "C.UTF-8"}


def interpreter() -> list[tuple[str, str]]:
    """Return the folders of this interpreter: where they are, and where it looks for them."""
    wanted: dict[str, str] = {}
    for prefix in (sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix):
        real = os.path.realpath(prefix)
        wanted |= {real: real, os.path.abspath(prefix): real}  # noqa: PTH100 - a link in it is what is looked for
    shown = sorted(path for path in wanted if not Path(path).is_relative_to("/usr"))
    outer = [path for path in shown if not any(path != one and Path(path).is_relative_to(one) for one in shown)]
    return [(wanted[path], path) for path in outer]
