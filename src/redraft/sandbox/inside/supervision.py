"""Watches over one command until it ends, or until it has to."""

from __future__ import annotations

import os
import select
import time

from . import folder, kernel, start, tree, view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft.sandbox.plan import Plan, Report

__all__ = ["supervise"]

_STARTS = {"process": start.plainly, "namespace": start.in_namespaces, "container": start.in_bubblewrap}
_TICK = 0.02
"""Seconds between two looks at what the command uses: a machine fills some 50 MiB of memory in that time."""
_SET_UP = 20.0
"""Seconds that the set-up may take on a machine that is busy with other things."""
_ENDING = 2.0
_OURS = {"process": 1, "namespace": 1, "container": 3}
"""How many processes below this one may be no part of the command."""
_CUT = 4096
_SIGKILL = 9


def supervise(plan: Plan, *, control: int, close: Iterable[int]) -> Report:
    """Run the plan's command to its end.

    Args:
        plan: What to run.
        control: Becomes readable when the command has to be stopped, also by the death of who asked for it.
        close: What the command must not hold.
    """
    incoming, status = os.pipe()
    kernel.adopt_orphans()
    _go_first()
    if plan["strength"] != "process":
        kernel.die_with_parent()
    first = _STARTS[plan["strength"]](plan, status=status, close=(*close, incoming))
    os.close(status)
    _hurry()
    watch = _Watch(plan, first, incoming=incoming, control=control)
    try:
        return watch.run()
    finally:
        _end_all(first)
        if watch.is_alone() and plan["strength"] == "process":
            folder.remove(plan["folder"])


class _Watch:
    """One look after another at what was started.

    Args:
        plan: What was started.
        first: The process id of what was started.
        incoming: Where the children tell how far they are.
        control: Becomes readable when all has to be stopped.
    """

    def __init__(self, plan: Plan, first: int, *, incoming: int, control: int) -> None:
        self._plan = plan
        self._first = first
        self._incoming = incoming
        self._control = control
        self._asker = os.getppid()
        self._since = time.monotonic()
        self._is_ready = False
        self._told = b""
        self._is_alone = False

    def is_alone(self) -> bool:
        """Tell whether who asked for all this is gone: the pipe from there then ends, before there is a new parent."""
        ready, _, _ = select.select([self._control], [], [], 0)
        if ready:
            self._is_alone = not os.read(self._control, 1)
        return self._is_alone or os.getppid() != self._asker

    def run(self) -> Report:
        """Look until the command has ended or has to be ended."""
        handle = os.pidfd_open(self._first)
        waiting = [handle, self._control, self._incoming]
        while True:
            ready, _, _ = select.select(waiting, [], [], self._pause())
            if self._incoming in ready and not self._listen():
                waiting.remove(self._incoming)
            if handle in ready:
                return self._ended()
            if reason := self._reason(ready):
                return {"ended": reason, "seconds": self._seconds()}

    def _pause(self) -> float:
        return max(0.0, min(_TICK, self._plan["limits"]["seconds"] - self._seconds())) if self._is_ready else _TICK

    def _seconds(self) -> float:
        return time.monotonic() - self._since

    def _listen(self) -> bool:
        told = os.read(self._incoming, _CUT)
        self._told += told
        if not self._is_ready and self._told.startswith(start.READY):
            self._is_ready, self._since = True, time.monotonic()
        return bool(told)

    def _reason(self, ready: list[int]) -> str | None:
        if self.is_alone() or self._control in ready:
            return "stopped"
        if self._seconds() >= (self._plan["limits"]["seconds"] if self._is_ready else _SET_UP):
            return "timeout"
        return self._excess() if self._is_ready else None

    def _excess(self) -> str | None:
        most = self._plan["limits"]["processes"] + _OURS[self._plan["strength"]]
        pids = tree.below(os.getpid(), most=most)
        if len(pids) > most or tree.tasks(pids) > most:
            return "processes"
        if tree.memory(pids, limit=self._plan["limits"]["memory"]) > self._plan["limits"]["memory"]:
            return "memory"
        return "disk" if self._fills_disk(pids[1:2]) else None

    def _fills_disk(self, first: list[int]) -> bool:
        """Tell whether files take too much, where the file system itself has no limit for all of them together."""
        limit = self._plan["limits"]["disk"]
        match self._plan["strength"]:
            case "process":
                return folder.size(self._plan["folder"], limit=limit) > limit
            case "container":
                return any(view.is_full(pid, disk=limit) for pid in first)
        return False

    def _ended(self) -> Report:
        # it stays a zombie, so that no other process can get its number before all is killed
        how = os.waitid(os.P_PID, self._first, os.WEXITED | os.WNOWAIT)
        status = how.si_status if how and how.si_code == os.CLD_EXITED else -(how.si_status if how else _SIGKILL)
        while told := os.read(self._incoming, _CUT):
            self._told += told
        for line in self._told.splitlines():
            if line.startswith(start.FAILED):
                return {"problem": line[1:].decode(errors="replace")}
            if line.startswith(start.EXITED):
                status = os.waitstatus_to_exitcode(int(line[1:]))
        return {"ended": "exit", "status": status, "seconds": self._seconds()}


def _end_all(first: int) -> None:
    """Kill and reap all that was started, also what is being started meanwhile."""
    for kill in (os.kill, os.killpg):  # all of a namespace or a group at once, so that none can start another
        try:
            kill(first, _SIGKILL)
        except OSError:
            continue
    until = time.monotonic() + _ENDING
    while tree.kill_below(os.getpid()) and time.monotonic() < until:
        _reap()
        time.sleep(0.001)
    _reap()


def _go_first() -> None:
    """Be what the kernel ends first where the machine runs out of memory, with all that is started here."""
    try:
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("1000")
    except OSError:
        return


def _hurry() -> None:
    """Be faster than what is to be ended, where this process may."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -20)
    except OSError:
        return


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return
