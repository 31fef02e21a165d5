"""Installing plugins: pip of the environment that redraft runs in, and what it left there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redraft.errors import UsageError
from redraft.files.folders import library
from redraft.plugins.choice import VARIABLE
from redraft.plugins.known import FIRST_PARTY
from redraft.registry import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Plug", "Requested", "install", "installed_now", "look_again", "requirement_of", "uninstall"]

_FAULT = re.compile(r"^\s*(?:ERROR|error): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Plug:
    """A plugin, or a command of one, as its metadata and its source describe it."""

    name: str
    distribution: str
    version: str
    hooks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requested:
    """A distribution that was asked for by name or path, as pip has installed it."""

    distribution: str
    version: str


def requirement_of(name: str) -> str:
    """Return what pip is asked for: a path, a requirement, or a first-party plugin by its short name.

    A first-party plugin is installed from the checkout that redraft runs from, where there is one.

    Raises:
        UsageError: It could be an option of pip.
    """
    if not name.strip() or name.startswith("-"):
        raise UsageError(f"'{name}' is no plugin", mend="Name a distribution, a requirement or a folder.")
    if (os.sep in name or "/" in name or name in {".", ".."}) and Path(name).exists():
        return str(Path(name).resolve())
    full = name if name.startswith(f"{BUILTIN}-") else f"{BUILTIN}-{name}"
    folder = library() / "plugins" / full
    if (folder / "pyproject.toml").is_file():
        return str(folder)
    return full if full in FIRST_PARTY else name


def install(requirements: Sequence[str], *, on_line: Callable[[str], None]) -> list[Requested]:
    """Install some requirements, and return the distributions that they came to, where they were not there yet.

    Args:
        requirements: As pip takes them.
        on_line: Called with each line that pip prints.

    Raises:
        UsageError: There is no pip, or it could not install one.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        _pip(["install", "--report", str(report), "--", *requirements], on_line)
        told = json.loads(report.read_text(encoding="utf-8"))
    done = [one["metadata"] for one in told["install"] if one.get("requested")]
    return [Requested(one["name"], one["version"]) for one in done]


def uninstall(distributions: Sequence[str], *, on_line: Callable[[str], None]) -> None:
    """Remove some distributions.

    Raises:
        UsageError: There is no pip, or it could not remove one.
    """
    _pip(["uninstall", "--yes", "--", *distributions], on_line)


def installed_now() -> list[Plug]:
    """Return the plugins that a process which starts now finds, none of them run."""
    rows = json.loads(_fresh("redraft.plugins.preview"))
    return [Plug(row["name"], row["distribution"], row["version"], tuple(row["hooks"])) for row in rows]


def look_again() -> list[dict[str, Any]]:
    """Return what `redraft plugins ls` says of them in a process that starts now, all of them loaded."""
    rows: list[dict[str, Any]] = json.loads(_fresh("redraft", "plugins", "ls", "--json"))
    return rows


def _fresh(module: str, *arguments: str) -> str:
    env = {name: value for name, value in os.environ.items() if name != VARIABLE}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, check=True)  # noqa: S603 - ours
    return done.stdout


def _pip(arguments: Sequence[str], on_line: Callable[[str], None]) -> None:
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUTF8": "1"}
    said: list[str] = []
    with subprocess.Popen(  # noqa: S603 - pip is what was asked for
        [sys.executable, "-m", "pip", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=env,
    ) as pip:
        for line in pip.stdout or ():
            said.append(line)
            on_line(line.rstrip("\n"))
    if pip.returncode:
        raise _failed("".join(said))


def _failed(said: str) -> UsageError:
    if "No module named pip" in said:
        mend = f"Run `{sys.executable} -m ensurepip`, or install the plugin with your own installer."
        return UsageError("this environment has no pip", where=sys.executable, mend=mend)
    faults = _FAULT.findall(said)
    return UsageError(f"pip failed: {faults[-1] if faults else 'see what it printed'}", mend="Mend it, and try again.")
