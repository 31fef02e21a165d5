"""Checks of endings: what takes too long is ended, and nothing goes on after the end."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from redraft.sandbox.conformance.check import SHORT, attack, check

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.sandbox.interface import Sandbox

__all__ = ["CHECKS", "survivors"]

_LONG, _LATE = 3.0, 2.5
"""Seconds that what should be ended at once would take, and after which it counts as not ended."""


@check(least="process")
def sleep_for_ever(sandbox: Sandbox) -> str | None:
    """What waits is ended when its time is over."""
    return _late(sandbox, "import time\ntime.sleep(long)")


@check(least="process")
def busy_loop(sandbox: Sandbox) -> str | None:
    """What computes is ended when its time is over."""
    return _late(sandbox, "import time\nuntil = time.monotonic() + long\nwhile time.monotonic() < until: pass")


@check(least="process")
def ignored_signals(sandbox: Sandbox) -> str | None:
    """What ignores every polite signal is ended all the same."""
    code = "import signal, time\nfor one in (1, 2, 3, 15): signal.signal(one, signal.SIG_IGN)\ntime.sleep(long)"
    return _late(sandbox, code)


@check(least="process")
def closed_stdio(sandbox: Sandbox) -> str | None:
    """What closes its output and goes on is ended when its time is over."""
    return _late(sandbox, "import os, time\nfor one in (0, 1, 2): os.close(one)\ntime.sleep(long)")


@check(least="process")
def stopped_process(sandbox: Sandbox) -> str | None:
    """What stops itself is ended when its time is over."""
    code = """
        import os, time
        if os.fork() == 0:
            time.sleep(long)
            os.kill(os.getppid(), 18)
            os._exit(0)
        os.kill(os.getpid(), 19)
    """
    return _late(sandbox, code)


@check(least="process")
def output_held_open(sandbox: Sandbox) -> str | None:
    """A daemon that keeps the output open keeps nobody waiting."""
    begun = time.monotonic()
    attack(sandbox, "import os, time\nif os.fork() == 0: os.setsid(); time.sleep(long)", long=_LONG)
    taken = time.monotonic() - begun
    return f"it took {taken:.1f} seconds" if taken > _LATE else None


@check(least="process")
def daemon_after_the_end(sandbox: Sandbox) -> str | None:
    """Nothing that a command started outlives it."""
    return _survival(sandbox, "pass")


@check(least="process")
def daemon_after_the_timeout(sandbox: Sandbox) -> str | None:
    """Nothing that a command started outlives its time."""
    return _survival(sandbox, "time.sleep(2)")


@check(least="process")
def the_caller_is_killed(sandbox: Sandbox) -> str | None:
    """When the process that runs a sandbox is killed, all in it is gone."""
    import signal
    import subprocess

    marker = secrets.token_hex(8)
    kind = type(sandbox)
    code = f"import os, sys\nos.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(8)', {marker!r}])"
    caller = f"from {kind.__module__} import {kind.__qualname__} as S; S().python({code!r})"
    path = os.pathsep.join(filter(None, sys.path))
    with tempfile.TemporaryDirectory(prefix="redraft-trap-", ignore_cleanup_errors=True) as spare:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": path, "TMPDIR": spare}
        Path(spare).chmod(0o711)
        with subprocess.Popen([sys.executable, "-c", caller], env=environment) as process:  # noqa: S603 - this interpreter
            seen = _wait(lambda: bool(survivors(marker)), 15)
            process.send_signal(signal.SIGKILL)
    if not seen:
        return "the command did not start"
    return None if _wait(lambda: not survivors(marker), 4) else "it went on without its caller"


def survivors(marker: str) -> list[int]:
    """Return the processes of this machine that have a word in their command line."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            line = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if line.endswith(f"\0{marker}\0".encode()):
            found.append(int(place.name))
    return found


def _late(sandbox: Sandbox, code: str) -> str | None:
    begun = time.monotonic()
    ran = attack(sandbox, code, limits=SHORT, long=_LONG)
    taken = time.monotonic() - begun
    if ran.ended != "timeout":
        return f"it ended by '{ran.ended}' after {taken:.1f} seconds"
    return f"it was ended after {taken:.1f} seconds" if taken > _LATE else None


def _survival(sandbox: Sandbox, then: str) -> str | None:
    marker = secrets.token_hex(8)
    code = f"""
        import os, sys, time
        started, starting = os.pipe()  # closed when the daemon has begun
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.closerange(0, 3)
                os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(8)", marker])
            os._exit(0)
        os.close(starting)
        os.read(started, 1)
        {then}
    """
    attack(sandbox, code, limits=SHORT, marker=marker)
    return "a daemon goes on" if survivors(marker) else None


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


CHECKS = (
    sleep_for_ever,
    busy_loop,
    ignored_signals,
    closed_stdio,
    stopped_process,
    output_held_open,
    daemon_after_the_end,
    daemon_after_the_timeout,
    the_caller_is_killed,
)
