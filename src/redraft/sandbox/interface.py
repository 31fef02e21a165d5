"""What a sandbox is: it runs a command that nobody trusts, and says how that ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from pydantic import Field

from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["STRENGTHS", "Ended", "Limits", "Ran", "Sandbox", "Strength"]

Strength = Literal["process", "namespace", "container"]
"""How much a sandbox keeps out, from the weakest to the strongest."""

STRENGTHS: tuple[Strength, ...] = ("process", "namespace", "container")

Ended = Literal["exit", "signal", "timeout", "memory", "output"]
"""How a command ended: by itself, by a signal, or because it took too long, too much memory or wrote too much."""

_KIB, _MIB = 1 << 10, 1 << 20


class Limits(Value):
    """What a command may use at most, together with all that it starts.

    Args:
        seconds: Time on the clock.
        memory: Bytes of memory.
        output: Bytes written to stdout and stderr, both together.
        disk: Bytes written to files.
        processes: Processes and threads at the same time.
        files: Files that one process has open at the same time.
    """

    seconds: float = Field(default=10.0, gt=0, le=86_400)
    memory: int = Field(default=512 * _MIB, ge=32 * _MIB)
    output: int = Field(default=_MIB, ge=0)
    disk: int = Field(default=16 * _MIB, ge=64 * _KIB)
    processes: int = Field(default=32, ge=1)
    files: int = Field(default=64, ge=16)


class Ran(Value):
    """How a command went.

    Args:
        exit_code: What it returned; none where it did not end by itself.
        stdout: What it wrote, as far as it was read; what is no UTF-8 is replaced.
        stderr: What it wrote there.
        ended: How it ended.
        seconds: How long it ran.
        signal: The signal that ended it.
        detail: Why it was ended, in one sentence; empty where it ended by itself.
    """

    exit_code: int | None
    stdout: str = ""
    stderr: str = ""
    ended: Ended = "exit"
    seconds: float = 0.0
    signal: int | None = None
    detail: str = ""

    @property
    def ok(self) -> bool:
        """Whether it ended by itself and well."""
        return self.exit_code == 0


@runtime_checkable
class Sandbox(Protocol):
    """Runs commands that nobody trusts, each in a fresh private folder, under limits."""

    @property
    def strength(self) -> Strength:
        """How much it keeps out."""

    def run(
        self,
        command: Sequence[str],
        *,
        files: Mapping[str, str | bytes] = {},
        stdin: str = "",
        limits: Limits = ...,
    ) -> Ran:
        """Run a command to its end; blocks meanwhile.

        Args:
            command: The program and its arguments.
            files: What lies in the working folder: relative paths, and their content.
            stdin: What the command can read.
            limits: What it may use.

        Raises:
            SandboxError: The command could not be started; what it does once it runs is never an error.
        """

    def python(
        self,
        code: str,
        *,
        files: Mapping[str, str | bytes] = {},
        stdin: str = "",
        limits: Limits = ...,
        flags: Sequence[str] = ("-E", "-s", "-S"),
    ) -> Ran:
        """Run Python code in this interpreter; it can import the files it is given and the standard library.

        Args:
            code: The text of the program.
            files: What lies in the working folder: relative paths, and their content.
            stdin: What the program can read.
            limits: What it may use.
            flags: Options of the interpreter. Without `-S` the program can import what is installed.

        Raises:
            SandboxError: The interpreter could not be started.
        """
