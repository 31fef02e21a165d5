"""The supervisor of a child: it starts it, ends what the child leaves behind, and ends as the child did."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

from redraft.evaluation.confinement import adopt_orphans, die_first, follow, leave_network

__all__ = ["main"]


def main(descriptor: int, parent: int, network: str) -> None:
    """Supervise a child that answers on a socket; started by `redraft.evaluation.process`, and never returns.

    Args:
        descriptor: The socket.
        parent: The process to end with.
        network: "network", or "none" to leave the machine's network.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if network == "none":
        leave_network()
    die_first()
    adopt_orphans()
    follow(parent, signal.SIGTERM)
    # Until there is a child to end, the signal ends the supervisor itself.
    own = os.getpid()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        follow(own, signal.SIGKILL)
        # Pydantic would read the entry points of all distributions, which takes long.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        from redraft.evaluation.child import serve

        serve(descriptor)
        os._exit(0)
    signal.signal(signal.SIGTERM, lambda *_: _end(child))
    os.close(descriptor)
    status = _reaped(child)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _end_group(child)
    _sweep()
    _leave_like(status)


def _end(child: int) -> None:
    _end_group(child)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def _end_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _reaped(child: int) -> int:
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            return status


def _sweep() -> None:
    """End every process that the child left behind: each becomes the supervisor's own when its parent ends."""
    while True:
        with contextlib.suppress(OSError):
            for pid in Path("/proc/thread-self/children").read_text(encoding="ascii").split():
                os.kill(int(pid), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _leave_like(status: int) -> None:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        with contextlib.suppress(OSError):  # SIGKILL cannot be handled, nor need it be.
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
