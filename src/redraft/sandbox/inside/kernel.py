"""The system calls of Linux that Python has no function for."""

from __future__ import annotations

import ctypes
import os

__all__ = [
    "MS_BIND",
    "MS_NODEV",
    "MS_NOEXEC",
    "MS_NOSUID",
    "MS_PRIVATE",
    "MS_RDONLY",
    "MS_REC",
    "MS_REMOUNT",
    "NEW_CGROUP",
    "NEW_IPC",
    "NEW_NET",
    "NEW_NS",
    "NEW_PID",
    "NEW_USER",
    "NEW_UTS",
    "adopt_orphans",
    "die_with_parent",
    "drop_capabilities",
    "mount",
    "no_new_privileges",
    "pivot_root",
    "prctl",
    "syscall",
    "umount",
    "unshare",
]

NEW_NS, NEW_CGROUP, NEW_UTS, NEW_IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEW_USER, NEW_PID, NEW_NET = 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18

_DETACH = 2
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_SECUREBITS = 1, 24, 28
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 36, 38, 47
_NOROOT_FOR_GOOD = 0b1111
"""The secure bits that keep user 0 from regaining capabilities, and set-user-ID programs from having any."""
_CAPABILITIES_VERSION = 0x20080522
_LAST_CAPABILITY = 63
_SIGKILL = 9

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(name: str, outcome: int) -> int:
    if outcome < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return outcome


def prctl(option: int, value: int = 0, third: int = 0) -> int:
    """Change something about this process."""
    long = ctypes.c_ulong
    return _checked("prctl", _libc.prctl(option, long(value), long(third), long(0), long(0)))


def syscall(
    name: str, number: int, *arguments: int | ctypes._Pointer[ctypes.Structure] | ctypes.Array[ctypes.c_char]
) -> int:
    """Make a system call that the C library has no function for."""
    longs = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return _checked(name, _libc.syscall(ctypes.c_long(number), *longs))


def unshare(namespaces: int) -> None:
    """Leave the parent's namespaces of these kinds for new ones."""
    _checked("unshare", _libc.unshare(namespaces))


def mount(source: str, target: str, kind: str = "none", flags: int = 0, data: str = "") -> None:
    """Mount `source` on `target`."""
    parts = (os.fsencode(source), os.fsencode(target), kind.encode())
    _checked(f"mount {target}", _libc.mount(*parts, ctypes.c_ulong(flags), data.encode()))


def umount(target: str) -> None:
    """Take away the mount at `target` and all below it."""
    _checked(f"umount {target}", _libc.umount2(os.fsencode(target), _DETACH))


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root folder and keep the old root at `old`."""
    both = (ctypes.create_string_buffer(os.fsencode(new)), ctypes.create_string_buffer(os.fsencode(old)))
    syscall("pivot_root", _PIVOT_ROOT[os.uname().machine], *both)


def die_with_parent() -> None:
    """Have the kernel kill this process as soon as its parent is gone."""
    prctl(_PR_SET_PDEATHSIG, _SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)


def no_new_privileges() -> None:
    """Keep this process and all that it starts from gaining rights by running a program."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up what distinguishes the superuser from others, for good."""
    try:
        prctl(_PR_SET_SECUREBITS, _NOROOT_FOR_GOOD)
    except OSError:  # who may not do so has no capability to lose
        return
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            prctl(_PR_CAPBSET_DROP, capability)
        except OSError:  # beyond the last that this kernel knows
            break
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked("capset", _libc.capset(header, nothing))
