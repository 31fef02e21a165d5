"""What the sandboxes of Linux have in common: a supervisor around the command, and a reading of its report."""

from __future__ import annotations

import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, ClassVar

from redraft.errors import SandboxError
from redraft.sandbox.interface import Ended, Limits, Ran

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redraft.sandbox.interface import Strength
    from redraft.sandbox.launching import Told

__all__ = ["ISOLATED", "PROGRAM", "Supervised", "given", "read"]

PROGRAM = "__main__.py"
"""The name under which `python` writes its code into the working folder."""

ISOLATED = ("-E", "-s", "-S")
"""Options of the interpreter: nothing from the environment, from the user or from installed packages."""

_SIGKILL = 9
_PAGE, _ENTRY = 4096, 1024
"""What a file takes: whole pages, and a little for itself."""


def given(files: Mapping[str, str | bytes], limits: Limits) -> dict[str, bytes]:
    """Return the files for a working folder as bytes, their names and size checked.

    Raises:
        SandboxError: A name leads out of the folder, or the files take more than the limit.
    """
    found: dict[str, bytes] = {}
    for name, content in files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
            raise SandboxError(
                f"'{name}' is no name for a file in a working folder", mend="Give a relative path without '..'."
            )
        found[str(path)] = _bytes(content) if isinstance(content, str) else bytes(content)
    size = sum(-(-len(content) // _PAGE) * _PAGE + _ENTRY for content in found.values())
    if size > limits.disk:
        raise SandboxError(
            f"the files for the working folder take {size:,} bytes, the limit is {limits.disk:,}",
            mend="Give smaller files, or a larger `disk` limit.",
        )
    return found


def _bytes(text: str) -> bytes:
    """Return a text as it is, with what is no character: what a model wrote is never an error of ours."""
    return text.encode(errors="surrogatepass")


class Supervised:
    """A sandbox whose commands are watched by a process of their own."""

    strength: ClassVar[Strength]

    def run(
        self,
        command: Sequence[str],
        *,
        files: Mapping[str, str | bytes] = {},
        stdin: str = "",
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> Ran:
        """Run a command to its end; blocks meanwhile."""
        if not command:
            raise SandboxError("there is no command to run", mend="Give a program and its arguments.")
        return self._run([str(part) for part in command], given(files, limits), stdin=_bytes(stdin), limits=limits)

    def python(
        self,
        code: str,
        *,
        files: Mapping[str, str | bytes] = {},
        stdin: str = "",
        limits: Limits = Limits(),  # noqa: B008 - frozen
        flags: Sequence[str] = ISOLATED,
    ) -> Ran:
        """Run Python code in this interpreter; it can import the files it is given and the standard library."""
        if PROGRAM in files:
            raise SandboxError(f"'{PROGRAM}' is the name of the code itself", mend="Give that file another name.")
        return self.run([sys.executable, *flags, PROGRAM], files={**files, PROGRAM: code}, stdin=stdin, limits=limits)

    def _run(self, command: list[str], files: dict[str, bytes], *, stdin: bytes, limits: Limits) -> Ran:
        raise NotImplementedError


def read(told: Told, command: Sequence[str], limits: Limits) -> Ran:
    """Return how a command went, from what came back.

    Raises:
        SandboxError: It could not be started.
    """
    report = told.report or {}
    if "problem" in report:
        raise SandboxError(
            f"cannot run {command[0]!r} in the sandbox: {report['problem']}",
            mend="The sandbox shows a command the system's programs and this interpreter, and nothing else.",
        )
    status = report.get("status")
    ended, detail = _reason(told, limits)
    if ended == "exit" and (status is None or status < 0):
        ended = "signal"
    return Ran(
        exit_code=status if ended == "exit" else None,
        stdout=told.stdout.decode(errors="replace"),
        stderr=told.stderr.decode(errors="replace"),
        ended=ended,
        seconds=report.get("seconds", 0.0),
        signal=None if ended == "exit" else -status if status else _SIGKILL,
        detail=detail,
    )


def _reason(told: Told, limits: Limits) -> tuple[Ended, str]:
    if told.is_cut:
        return "output", f"it wrote more than {limits.output:,} bytes"
    reasons: dict[str, tuple[Ended, str]] = {
        "exit": ("exit", ""),
        "timeout": ("timeout", f"it took longer than {limits.seconds:g} seconds"),
        "memory": ("memory", f"it took more than {limits.memory:,} bytes of memory"),
        "processes": ("signal", f"it had more than {limits.processes} processes"),
        "disk": ("signal", f"its files took more than {limits.disk:,} bytes"),
    }
    ended = told.report.get("ended", "") if told.report else ""
    return reasons.get(ended, ("signal", "something ended the process around it"))
