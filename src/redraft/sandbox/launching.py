"""Starts the process around a command, feeds it, and reads what comes back within bounds."""

from __future__ import annotations

import marshal
import os
import selectors
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from redraft.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.sandbox.plan import Plan, Report

__all__ = ["Told", "launch"]

_START = "import sys; sys.path.append(sys.argv[1]); from inside.launcher import main; main()"
_CHUNK = 1 << 16
_PATIENCE = 30.0
"""Seconds beyond the command's own time after which its supervisor is taken for dead."""
_LAST_WORDS = 0.5
"""Seconds to wait for the end of the output once the supervisor has gone."""


@dataclass
class Told:
    """What came back.

    Args:
        report: What the supervisor reported; none where something killed it.
        stdout: The first bytes that the command wrote.
        stderr: The first bytes that it wrote there.
        is_cut: Whether it wrote more than was allowed.
    """

    report: Report | None = None
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    is_cut: bool = False


def launch(plan: Plan, *, stdin: bytes, output: int) -> Told:
    """Run a plan's command, and return what it wrote and how it ended.

    Args:
        plan: The command and its limits.
        stdin: What it can read.
        output: How many bytes of its output are kept; it is stopped when it writes more.

    Raises:
        SandboxError: The machine has no room for another process.
    """
    try:
        return _launched(plan, stdin=stdin, output=output)
    except OSError as error:
        raise SandboxError(
            f"a sandbox cannot be started: {error}", mend="This machine is short of processes, open files or memory."
        ) from error


def _launched(plan: Plan, *, stdin: bytes, output: int) -> Told:
    with ExitStack() as stack:
        told_by, tell = _pipe(stack)
        stopped_by, stop = _pipe(stack)
        wanted = stack.enter_context(tempfile.TemporaryFile())
        marshal.dump(dict(plan), wanted)
        wanted.seek(0)
        handles = (wanted.fileno(), tell.fileno(), stopped_by.fileno())
        child = subprocess.Popen(  # noqa: S603 - this interpreter, and code of this package
            [sys.executable, "-I", "-S", "-c", _START, str(Path(__file__).parent), *map(str, handles)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={},
            pass_fds=handles,
            start_new_session=True,
        )
        tell.close()
        stack.callback(_end, child, stop)
        return _Exchange(child, told_by, stop, stdin=stdin, output=output).run(plan["limits"]["seconds"] + _PATIENCE)


def _pipe(stack: ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    reading, writing = os.pipe()
    return stack.enter_context(open(reading, "rb", 0)), stack.enter_context(open(writing, "wb", 0))  # noqa: PTH123


def _end(child: subprocess.Popen[bytes], stop: IO[bytes]) -> None:
    """Leave nothing behind, whatever happened to the exchange."""
    with suppress(OSError):
        stop.write(b"x")
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


class _Exchange:
    """The conversation with one command: neither side can make the other wait for ever.

    Args:
        child: The process around the command.
        told_by: Where it reports.
        stop: What is written to in order to stop it.
        stdin: What the command can read.
        output: How many bytes are kept of what it writes.
    """

    def __init__(
        self, child: subprocess.Popen[bytes], told_by: IO[bytes], stop: IO[bytes], *, stdin: bytes, output: int
    ) -> None:
        self._stop = stop
        self._left = memoryview(stdin)
        self._room = output
        self._told = Told()
        self._reported = bytearray()
        self._until = 0.0
        self._selector = selectors.DefaultSelector()
        self._register(told_by, self._hear)
        self._register(child.stdout, partial(self._keep, self._told.stdout))
        self._register(child.stderr, partial(self._keep, self._told.stderr))
        self._register(child.stdin, self._feed, event=selectors.EVENT_WRITE)

    def run(self, patience: float) -> Told:
        """Talk until the supervisor has reported and all is read, or until patience ends."""
        self._until = time.monotonic() + patience
        with self._selector as selector:
            while selector.get_map() and (left := self._until - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    if not key.data(key.fd):
                        selector.unregister(key.fileobj)
                        cast("IO[bytes]", key.fileobj).close()
        if self._reported:
            self._told.report = cast("Report", marshal.loads(self._reported))  # noqa: S302 - of our own launcher
        return self._told

    def _register(self, pipe: IO[bytes] | None, step: Callable[[int], bool], event: int = selectors.EVENT_READ) -> None:
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, event, step)

    def _hear(self, handle: int) -> bool:
        told = os.read(handle, _CHUNK)
        self._reported += told
        # all is over; only what escaped, or was forked by another thread of ours, can still hold a pipe
        self._until = min(self._until, time.monotonic() + _LAST_WORDS)
        return bool(told)

    def _keep(self, kept: bytearray, handle: int) -> bool:
        part = os.read(handle, _CHUNK)
        kept += part[: self._room]
        if len(part) > self._room and not self._told.is_cut:
            self._told.is_cut = True
            with suppress(BrokenPipeError):
                self._stop.write(b"x")
        self._room = max(0, self._room - len(part))
        return bool(part)

    def _feed(self, handle: int) -> bool:
        with suppress(BrokenPipeError):
            self._left = self._left[os.write(handle, self._left[:_CHUNK]) :] if self._left else self._left
            return bool(self._left)
        return False
