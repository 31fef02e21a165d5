"""A process that evaluates, as its parent sees it: started, asked, watched, ended."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import select
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from pydantic import ValidationError

from redraft.evaluation.fault import FaultError, LateError
from redraft.evaluation.footprint import resident_below
from redraft.evaluation.frame import Frames, GarbledError, framed
from redraft.evaluation.message import Record, reply_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redraft.evaluation.message import Loaded, Scored
    from redraft.evaluation.target import Target

__all__ = ["Process"]

_LONGEST = 1 << 20
"""Bytes of one message from a child: a score is bounded before it is sent."""

_MESSAGES = 200
"""Messages that one call may bring, its records of the log included."""

_PRINTED = 20_000
"""Characters of what one call prints that are logged; what comes behind them is thrown away."""

_READS = 16
"""Parts of what a child prints that are read at a time."""

_TICK = 50
"""Milliseconds between two looks at a child that is busy."""

_FAREWELL = 1.0
"""Seconds that a supervisor has to end its child and all that it started."""

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from redraft.evaluation.supervisor import main;"
    " main(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])"
)

_printing = logging.getLogger("redraft.printing")


class Process:
    """A supervisor and the child that it started, which answers on a socket.

    Args:
        network: Whether the child may use the network.
        memory: Bytes that the child and what it starts may have in memory.

    Raises:
        FaultError: It cannot be started.
    """

    def __init__(self, *, network: bool, memory: int) -> None:
        self._memory = memory
        self._frames = Frames(_LONGEST)
        self.log = logging.getLogger("redraft.plugins")
        self._speaker = "a plugin"
        self._unprinted = _PRINTED
        try:
            self._start(network=network)
        except OSError as error:
            raise FaultError(f"no process could be started for it: {error.strerror or error}") from error

    def _start(self, *, network: bool) -> None:
        with contextlib.ExitStack() as stack:
            ours, theirs = socket.socketpair()
            stack.callback(theirs.close)
            failing = stack.enter_context(contextlib.ExitStack())
            failing.callback(ours.close)
            output, end = os.pipe()
            stack.callback(os.close, end)
            failing.callback(os.close, output)
            arguments = [str(theirs.fileno()), str(os.getpid()), "network" if network else "none"]
            self._popen = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
                [sys.executable, "-P", "-c", _START, json.dumps(sys.path), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=end,
                stderr=end,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            failing.pop_all()
        ours.setblocking(False)  # noqa: FBT003 - the standard library's
        os.set_blocking(output, False)
        self._socket, self._output = ours, output
        self._poll = select.poll()
        self._poll.register(output, select.POLLIN)

    def introduce(self, target: Target) -> None:
        """Say on whose behalf the child is asked from now on: in the log, that is."""
        self.log = logging.getLogger(f"redraft.plugins.{target.distribution}")
        self._speaker = f"evaluator '{target.full_name}'"

    @property
    def sound(self) -> bool:
        """Whether a child that nobody asks anything is silent: what is to be read then is its end, or no answer."""
        ready = select.poll()
        ready.register(self._socket, select.POLLIN)
        return not ready.poll(0)

    def ask(
        self, contents: Sequence[bytes], number: str, *, seconds: float, on_tick: Callable[[], None]
    ) -> Loaded | Scored:
        """Return what the child answers to a message.

        Args:
            contents: The message's frames.
            number: What the answer must name.
            seconds: How long it may take.
            on_tick: Called now and then while the child is busy; what it raises comes through.

        Raises:
            LateError: It took too long.
            FaultError: The child ended, used more memory than it may, or answered something else.
        """
        self._unprinted = _PRINTED
        watch = _Watch(seconds, on_tick, self._check_memory)
        try:
            self._send(b"".join(framed(content) for content in contents), watch)
            return self._answer(number, watch)
        except (GarbledError, ValidationError) as error:
            raise FaultError("its process answered what is no answer") from error
        except OSError as error:
            raise FaultError(self._obituary()) from error

    def _send(self, frames: bytes, watch: _Watch) -> None:
        left = memoryview(frames)
        self._poll.register(self._socket, select.POLLOUT)
        while left:
            if self._wait(watch):
                with contextlib.suppress(BlockingIOError):
                    left = left[self._socket.send(left) :]

    def _answer(self, number: str, watch: _Watch) -> Loaded | Scored:
        self._poll.register(self._socket, select.POLLIN)
        messages = 0
        while True:
            if not self._wait(watch):
                continue
            part = self._socket.recv(1 << 16)
            if not part:
                raise FaultError(self._obituary())
            for reply in map(reply_of, self._frames.feed(part)):
                messages += 1
                if isinstance(reply, Record):
                    self.log.log(reply.level, "%s", reply.text)
                elif reply.number == number and not self._frames.pending:
                    self._print()
                    return reply
                if messages >= _MESSAGES or not isinstance(reply, Record):
                    raise GarbledError("an answer to another question, or too many")

    def _wait(self, watch: _Watch) -> bool:
        """Return whether the socket is ready; what the child prints is logged meanwhile."""
        ready = {descriptor for descriptor, _ in self._poll.poll(watch.milliseconds())}
        if self._output in ready:
            self._print()
        watch.look()
        return self._socket.fileno() in ready

    def _print(self) -> None:
        """Log what the child printed since the last time."""
        with contextlib.suppress(BlockingIOError):
            # Not until there is no more: a child that never stops printing must still be late in time.
            for _ in range(_READS):
                part = os.read(self._output, 1 << 16)
                if not part:
                    with contextlib.suppress(KeyError):
                        self._poll.unregister(self._output)
                    return
                text = part.decode(errors="replace")[: self._unprinted].rstrip()
                self._unprinted -= len(text)
                if text:
                    _printing.info("%s printed: %s", self._speaker, text[:1000])

    def _check_memory(self) -> None:
        used = resident_below(self._popen.pid)
        if used > self._memory:
            raise FaultError(f"its process used more than the {self._memory >> 20} MiB of memory that it may")

    def _obituary(self) -> str:
        """Return how the child ended."""
        try:
            code = self._popen.wait(_FAREWELL)
        except subprocess.TimeoutExpired:
            return "its process closed the connection"
        self._print()
        if code < 0:
            return f"its process was ended by {_signal_name(-code)}"
        return f"its process ended by itself with exit code {code}"

    def end(self) -> None:
        """End the child, whatever it is doing, and everything that it started."""
        with contextlib.suppress(OSError):
            self._socket.close()
        if self._popen.poll() is None:
            self._popen.send_signal(signal.SIGTERM)
            try:
                self._popen.wait(_FAREWELL)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._popen.pid, signal.SIGKILL)
                self._popen.wait()
        self._print()
        os.close(self._output)


class _Watch:
    """What is looked at while a child is busy, every now and then: the time, its memory, and whether it is wanted."""

    def __init__(self, seconds: float, on_tick: Callable[[], None], check: Callable[[], None]) -> None:
        now = time.monotonic()
        self._ends = now + seconds
        self._next = now + _TICK / 1000
        self._looks = (on_tick, check)

    def milliseconds(self) -> int:
        """Return how long nobody needs to look."""
        return max(0, math.ceil(1000 * (min(self._ends, self._next) - time.monotonic())))

    def look(self) -> None:
        """Look, where it is time to.

        Raises:
            LateError: The time is up.
        """
        now = time.monotonic()
        if now >= self._ends:
            raise LateError
        if now >= self._next:
            self._next = now + _TICK / 1000
            for look in self._looks:
                look()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
