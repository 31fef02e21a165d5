"""The last steps before untrusted code: limits, rights, filter, and then the command itself."""

from __future__ import annotations

import ctypes
import marshal
import os
import sys

from . import bubblewrap, identity, kernel, landlock, limits, seccomp, view

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import NoReturn

    from redraft.sandbox.plan import Plan

__all__ = ["EXITED", "FAILED", "READY", "in_bubblewrap", "in_container", "in_namespaces", "plainly"]

READY, FAILED, EXITED = b"+\n", b"!", b"="
"""What the supervisor is told: all is set up; it could not be, and why; the command has ended, and its status."""

_NAMESPACES = kernel.NEW_PID | kernel.NEW_NET | kernel.NEW_IPC | kernel.NEW_UTS
_COUNTED_BY_NAMESPACE = (5, 14)
"""Since this version of Linux a limit of processes counts only those of one user namespace."""
_OURS = 2
"""The supervisor and the first process of the namespace belong to the same user as the command."""
_SILENT = ("/dev/null", "/dev/zero", "/dev/full")
_IGNORED_BY_PYTHON = (13, 25)
"""SIGPIPE and SIGXFSZ, which other programs expect to end them."""


class _Reported:
    """Tells the supervisor about an error in a child, which then ends."""

    def __init__(self, status: int) -> None:
        self._status = status

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> NoReturn:
        if error is not None:
            os.write(self._status, FAILED + str(error).encode() + b"\n")
        os._exit(1)


def plainly(plan: Plan, *, status: int, close: Iterable[int]) -> int:
    """Start the command under limits only, and return the process id of what was started first."""
    spare = _owner(plan["folder"])
    if spare is not None or not identity.take_process_namespace():
        return _limited(plan, status=status, close=close, spare=spare)
    first = os.fork()
    if not first:
        with _Reported(status):
            kernel.die_with_parent()
            _close(close)
            view.show_own_processes()
            _attend(_limited(plan, status=status, close=(), spare=None), status)
    return first


def _limited(plan: Plan, *, status: int, close: Iterable[int], spare: int | None) -> int:
    parent = os.getpid()
    child = os.fork()
    if not child:
        with _Reported(status):
            _close(close)
            os.chdir(plan["folder"])
            os.setsid()
            limits.apply(plan["limits"], beside=_tasks() if spare is None else 0)
            kernel.no_new_privileges()
            landlock.keep_from_others()
            if spare is None:
                kernel.drop_capabilities()
            else:
                identity.become(spare)
            kernel.die_with_parent()
            if os.getppid() != parent:
                raise ProcessLookupError("its supervisor is gone")
            _execute(plan, status)
    return child


def in_namespaces(plan: Plan, *, status: int, close: Iterable[int]) -> int:
    """Start the command in a world of its own, and return the process id of that world's first process."""
    spare = identity.spare_user()
    if spare is None:
        user = identity.map_user(_NAMESPACES)
    else:
        kernel.unshare(_NAMESPACES)
        user = spare
    first = os.fork()
    if not first:
        with _Reported(status):
            kernel.die_with_parent()
            _close(close)
            kernel.unshare(kernel.NEW_NS | kernel.NEW_CGROUP)
            view.build(plan["binds"], disk=plan["limits"]["disk"], user=user)
            os.chdir(plan["folder"])
            view.fill(plan["files"], user=user)
            _attend(_shut_in(plan, status=status, spare=spare), status)
    return first


def in_bubblewrap(plan: Plan, *, status: int, close: Iterable[int]) -> int:
    """Have bubblewrap make a world, and start the command in it; return the process id of bubblewrap."""
    spare = identity.spare_user()
    wanted = os.memfd_create("plan")
    os.write(wanted, marshal.dumps(dict(plan) | {"user": spare}))
    os.lseek(wanted, 0, os.SEEK_SET)
    wrapper = os.fork()
    if not wrapper:
        with _Reported(status):
            kernel.die_with_parent()
            _close(close)
            command = bubblewrap.command(plan, is_root=spare is not None, handles=(wanted, status))
            for handle in (wanted, status):
                os.set_inheritable(handle, True)  # noqa: FBT003 - positional only
            os.execvpe(command[0], command, plan["environment"])  # noqa: S606 - bubblewrap
    os.close(wanted)
    return wrapper


def in_container(plan: Plan, *, status: int) -> None:
    """Start the command in the world that bubblewrap made, and wait for it as the first process there."""
    with _Reported(status):
        spare = plan["user"]
        view.fill(plan["files"], user=os.geteuid() if spare is None else spare)
        _attend(_shut_in(plan, status=status, spare=spare), status)


def _shut_in(plan: Plan, *, status: int, spare: int | None) -> int:
    child = os.fork()
    if not child:
        with _Reported(status):
            os.setsid()
            limits.apply(plan["limits"], beside=_beside(spare))
            kernel.no_new_privileges()
            landlock.restrict(readable=("/",), writable=(*view.WRITABLE, *_SILENT))
            if spare is None:
                kernel.drop_capabilities()
            else:
                identity.become(spare)
            kernel.die_with_parent()
            seccomp.install()
            _execute(plan, status)
    return child


def _beside(spare: int | None) -> int | None:
    """Return how many processes beside the command's own the kernel counts against its limit."""
    if spare is not None:
        return 0
    return _OURS if _version() >= _COUNTED_BY_NAMESPACE else None


def _attend(child: int, status: int) -> None:
    """Reap whatever ends in this world until the command does; the world ends with this process."""
    silence = os.open("/dev/null", os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(silence, handle)
    while True:
        pid, how = os.wait()
        if pid == child:
            os.write(status, EXITED + str(how).encode() + b"\n")
            return


def _execute(plan: Plan, status: int) -> NoReturn:
    library = ctypes.CDLL(None)
    for number in _IGNORED_BY_PYTHON:
        library.signal(number, None)
    os.write(status, READY)
    os.execvpe(plan["command"][0], plan["command"], plan["environment"])  # noqa: S606 - the command of the caller


def _close(handles: Iterable[int]) -> None:
    for handle in handles:
        os.close(handle)


def _owner(folder: str) -> int | None:
    """Hand the working folder to a user whom nothing else belongs to, where that user can run this interpreter."""
    spare = identity.spare_user()
    if spare is None or not identity.can_be_run_by(spare, (sys.executable, os.__file__, os.path.dirname(folder))):
        return None
    for parent, _, names in os.walk(folder):
        for path in (parent, *(f"{parent}/{name}" for name in names)):
            os.chown(path, spare, spare)
    return spare


def _tasks() -> int:
    """Return how many processes and threads the user has, for the kernel counts them all against the limit."""
    mine, count = os.geteuid(), 0
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{pid}").st_uid == mine:
                count += len(os.listdir(f"/proc/{pid}/task"))
        except OSError:
            continue
    return count


def _version() -> tuple[int, int]:
    major, minor, *_ = os.uname().release.split(".")
    return int(major), int("".join(filter(str.isdecimal, minor[:3])))
