"""Ruff as a linter of code that stands in no file."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Finding", "findings"]

_SECONDS = 20
_BROKEN = "invalid-syntax"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the linter says of a line.

    Args:
        line: The line of the code.
        rule: The rule's code; empty where the code does not parse.
        message: What is wrong.
    """

    line: int
    rule: str
    message: str


def findings(
    code: str, select: Sequence[str], *, ignore: Sequence[str] = (), options: Sequence[str] = ()
) -> list[Finding]:
    """Return what Ruff finds. No settings of the user or of a project count, nor does what the code itself excuses.

    Args:
        code: What is looked at; it is not run.
        select: The rules, as Ruff selects them: `F`, `E501`, …
        ignore: Rules left away among those.
        options: Settings in the form `lint.mccabe.max-complexity=10`.

    Raises:
        UsageError: A rule does not exist.
    """
    version = f"py{sys.version_info.major}{sys.version_info.minor}"
    command = [
        importlib.import_module("ruff").find_ruff_bin(),
        "check",
        "--isolated",
        "--no-cache",
        "--exit-zero",
        "--ignore-noqa",
        "--no-fix",
        "--quiet",
    ]
    command += ["--output-format=json", f"--target-version={version}", f"--select={','.join(select)}"]
    command += [f"--ignore={','.join(ignore)}"] if ignore else []
    command += [f"--config={option}" for option in options]
    command += ["--stdin-filename=draft.py", "-"]
    done = subprocess.run(  # noqa: S603 - the program of our own dependency; the code is its input
        command,
        input=code.encode(errors="replace"),
        capture_output=True,
        check=False,
        env={"RAYON_NUM_THREADS": "1"},
        timeout=_SECONDS,
    )
    if done.returncode:
        raise UsageError(_fault(done.stderr.decode(errors="replace")))
    return sorted(map(_finding, json.loads(done.stdout)), key=lambda found: found.line)


def _finding(found: dict[str, object]) -> Finding:
    location, rule = found["location"], found["code"]
    line = location["row"] if isinstance(location, dict) else 0
    return Finding(line, "" if rule in (None, _BROKEN) else str(rule), str(found["message"]))


def _fault(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return f"ruff refuses these rules: {' '.join(lines)[-200:]}"
