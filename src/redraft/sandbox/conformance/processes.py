"""Checks of processes: how many there can be, and whom they reach."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from redraft.sandbox.conformance.check import LIMITS, attack, attempt, attempt_on_parent, check

if TYPE_CHECKING:
    from redraft.sandbox.interface import Ran, Sandbox

__all__ = ["CHECKS"]

_MANY = 5 * LIMITS.processes

_FORKS = """
    import os, time
    made = 0
    for _ in range(many):
        try:
            if os.fork() == 0:
                time.sleep(2)
                os._exit(0)
            made += 1
        except OSError:
            break
    time.sleep(0.5)
    print(made)
"""

_SESSIONS = """
    import os, time
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    for _ in range(many):
        is_child = False
        try:
            is_child = os.fork() == 0
            if is_child:
                os.setsid()
                if os.fork() == 0:
                    os.write(writing, b"x")
                    time.sleep(2)
        except OSError:
            pass
        if is_child:
            os._exit(0)
    time.sleep(0.5)
    try:
        print(len(os.read(reading, 4096)))
    except BlockingIOError:
        print(0)
"""

_THREADS = """
    import os, threading, time
    made = 0
    for _ in range(many):
        try:
            threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
            made += 1
        except (RuntimeError, MemoryError):
            break
    time.sleep(0.5)
    os.write(1, b"%d" % made)
    os._exit(0)
"""


@check(least="process")
def fork_bomb(sandbox: Sandbox) -> str | None:
    """No more processes exist than the limit allows."""
    return _more_than_allowed(attack(sandbox, _FORKS, many=_MANY))


@check(least="process")
def fork_bomb_in_new_sessions(sandbox: Sandbox) -> str | None:
    """Processes that leave their session and their parent count as well."""
    return _more_than_allowed(attack(sandbox, _SESSIONS, many=_MANY))


@check(least="process")
def thread_bomb(sandbox: Sandbox) -> str | None:
    """Threads count as processes do."""
    return _more_than_allowed(attack(sandbox, _THREADS, many=_MANY))


@check(least="namespace")
def signal_to_the_parent(sandbox: Sandbox) -> str | None:
    """Code cannot signal the process that runs the sandbox."""
    return attempt_on_parent(sandbox, "import os\nos.kill(parent, 0)\nreturn 'it can be signalled'")


@check(least="namespace")
def signal_to_everybody(sandbox: Sandbox) -> str | None:
    """Code cannot signal anything but its own processes."""
    body = """
        import os
        reached = []
        for pid in {int(one) for one in os.listdir("/proc") if one.isdigit()} - {1, os.getpid()}:
            try:
                os.kill(pid, 0)
                reached.append(pid)
            except OSError:
                continue
        return reached or None
    """
    return attempt(sandbox, body)


@check(least="process")
def signal_to_the_group(sandbox: Sandbox) -> str | None:
    """Code shares neither process group nor session with the process that runs it."""
    ran = attack(sandbox, "import os\nprint(os.getpgid(0), os.getsid(0))")
    group, session = (int(one) for one in ran.stdout.split())
    return "it is in the caller's group" if group == os.getpgid(0) or session == os.getsid(0) else None


@check(least="namespace")
def list_of_processes(sandbox: Sandbox) -> str | None:
    """Code sees no processes but its own."""
    return attempt_on_parent(sandbox, "open(f'/proc/{parent}/cmdline').close()\nreturn 'it sees the caller'")


def _more_than_allowed(ran: Ran) -> str | None:
    count = int(ran.stdout or 0)
    return f"there were {count} beside the first" if count >= LIMITS.processes + 1 else None


CHECKS = (
    fork_bomb,
    fork_bomb_in_new_sessions,
    thread_bomb,
    signal_to_the_parent,
    signal_to_everybody,
    signal_to_the_group,
    list_of_processes,
)
