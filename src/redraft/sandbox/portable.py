"""The sandbox of strength `process` where there is no Linux: the same limits, kept by looking often."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar

from redraft.errors import SandboxError
from redraft.sandbox.inside.folder import size
from redraft.sandbox.launching import Told
from redraft.sandbox.process import working_folder
from redraft.sandbox.settings import environment
from redraft.sandbox.supervised import Supervised, read

if TYPE_CHECKING:
    from redraft.sandbox.interface import Limits, Ran, Strength

__all__ = ["PortableSandbox"]

_LIMITED = "import sys; sys.path.append(sys.argv[1]); from inside.limits import main; main()"
_SIGKILL = 9
_TICK = 0.05
_CHUNK = 1 << 16
_LAST_WORDS = 0.5
"""Seconds to wait for the end of the output once the command has ended."""


class PortableSandbox(Supervised):
    """A clean environment, a private folder, and limits on time, output, memory, disk and processes."""

    strength: ClassVar[Strength] = "process"

    def _run(self, command: list[str], files: dict[str, bytes], *, stdin: bytes, limits: Limits) -> Ran:
        with working_folder(files) as folder:
            child = _started(command, folder, limits)
            return read(_Watch(child, folder, limits).run(stdin), command, limits)


def _started(command: list[str], folder: str, limits: Limits) -> subprocess.Popen[bytes]:
    variables = environment(folder, spare=folder)
    program = shutil.which(command[0], path=variables["PATH"])
    if program is None:
        raise SandboxError(f"cannot run {command[0]!r} in the sandbox: it is not there", mend="Install that program.")
    before: list[str] = []
    if os.name == "posix":
        most = (limits.seconds + 2, limits.memory, limits.disk, limits.files)
        numbers = (str(int(one)) for one in most)
        before = [sys.executable, "-I", "-S", "-c", _LIMITED, str(Path(__file__).parent), *numbers]
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}  # Windows needs it to start
    return subprocess.Popen(  # noqa: S603 - that is what a sandbox is for
        [*before, program, *command[1:]],
        cwd=folder,
        env=variables | kept,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


class _Watch:
    """One look after another at a command and at all that it was seen to start.

    Args:
        child: The command.
        folder: Its working folder.
        limits: What it may use.
    """

    def __init__(self, child: subprocess.Popen[bytes], folder: str, limits: Limits) -> None:
        self._child = child
        self._folder = folder
        self._limits = limits
        self._processes: Any = import_module("psutil")
        self._seen = {self._processes.Process(child.pid)}
        self._told = Told()
        self._room = limits.output
        self._lock = threading.Lock()

    def run(self, stdin: bytes) -> Told:
        """Look until the command has ended or has to be ended."""
        child, told = self._child, self._told
        threads = [
            threading.Thread(target=self._keep, args=(child.stdout, told.stdout), daemon=True),
            threading.Thread(target=self._keep, args=(child.stderr, told.stderr), daemon=True),
            threading.Thread(target=_feed, args=(child.stdin, stdin), daemon=True),
        ]
        begun = time.monotonic()
        try:
            for thread in threads:
                thread.start()
            ended = self._until_the_end(begun)
        finally:
            self._end_all()
        told.report = {"ended": ended, "seconds": time.monotonic() - begun}
        if ended == "exit":
            told.report["status"] = child.returncode
        for thread in threads:
            thread.join(_LAST_WORDS)
        return told

    def _until_the_end(self, begun: float) -> str:
        until = begun + self._limits.seconds
        while True:
            try:
                self._child.wait(max(0.0, min(_TICK, until - time.monotonic())))
            except subprocess.TimeoutExpired:
                reason = "timeout" if time.monotonic() >= until else self._excess()
                if reason:
                    return reason
            else:
                return "exit"

    def _excess(self) -> str | None:
        self._look()
        alive = [one for one in self._seen if one.is_running()]
        if self._told.is_cut:
            return "output"
        if sum(self._told_by(one, "num_threads") for one in alive) > self._limits.processes:
            return "processes"
        if sum(self._told_by(one, "memory_info") for one in alive) > self._limits.memory:
            return "memory"
        return "disk" if size(self._folder, limit=self._limits.disk) > self._limits.disk else None

    def _told_by(self, process: Any, what: str) -> int:
        try:
            told = getattr(process, what)()
        except self._processes.Error:  # it is gone
            return 0
        return int(getattr(told, "rss", told))

    def _look(self) -> None:
        """Remember what was started, also by what has ended since."""
        children: dict[int, list[Any]] = {}
        for process in self._processes.process_iter():
            with suppress(self._processes.Error):
                children.setdefault(process.ppid(), []).append(process)
        found = [one for one in self._seen if one.is_running()]  # another may have the number of one that is not
        for process in found:
            found += [child for child in children.get(process.pid, ()) if child not in self._seen]
            self._seen.update(found)

    def _end_all(self) -> None:
        self._look()
        if os.name == "posix":
            with suppress(OSError):
                os.killpg(self._child.pid, _SIGKILL)
        for process in self._seen:
            with suppress(self._processes.Error):
                process.kill()
        self._child.wait()

    def _keep(self, pipe: IO[bytes], kept: bytearray) -> None:
        with pipe:
            while part := os.read(pipe.fileno(), _CHUNK):
                with self._lock:
                    kept += part[: self._room]
                    self._told.is_cut |= len(part) > self._room
                    self._room = max(0, self._room - len(part))


def _feed(pipe: IO[bytes], stdin: bytes) -> None:
    with suppress(OSError), pipe:
        pipe.write(stdin)
