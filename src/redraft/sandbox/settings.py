"""Where commands find programs, and what of the machine they are shown beside the system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["environment", "interpreter"]

_PARTS = ("bin", "lib", "lib32", "lib64", "libexec", "pyvenv.cfg")
_MOST_STEPS = 16


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
    """Return the parts of this interpreter: where they are, and where it looks for them.

    Only the parts: who makes a virtual environment of a project folder does not want to show the project.
    """
    prefixes = dict.fromkeys((sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix))
    places = [Path(prefix, part) for prefix in prefixes for part in _PARTS]
    wanted: dict[str, str] = {}
    for place in (*filter(Path.exists, places), *_steps(Path(sys.executable))):
        real = os.path.realpath(place)
        wanted |= {real: real, os.path.abspath(place): real}  # noqa: PTH100 - a link in it is what is looked for
    shown = sorted(path for path in wanted if not Path(path).is_relative_to("/usr"))
    outer = [path for path in shown if not any(path != one and Path(path).is_relative_to(one) for one in shown)]
    return [(wanted[path], path) for path in outer]


def _steps(link: Path) -> list[Path]:
    """Return each file on the way from a link to what it leads to."""
    steps = [link]
    while steps[-1].is_symlink() and len(steps) < _MOST_STEPS:
        steps.append(steps[-1].parent / steps[-1].readlink())
    return steps
