"""The filter of system calls: what untrusted code never needs is refused by the kernel."""

from __future__ import annotations

import ctypes
import os
import struct

from . import kernel

__all__ = ["ARCHITECTURES", "REFUSED", "install", "number", "program"]

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""The processors whose system calls are known, and how the kernel names them to a filter."""

_NEWEST = 467
"""Calls beyond the last one that was looked at do not exist, so that a newer kernel opens nothing."""

REFUSED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioperm": (173, None),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lookup_dcookie": (212, 18),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "modify_ldt": (154, None),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "nfsservctl": (180, 42),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "semget": (64, 190),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "shmget": (29, 194),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "uselib": (134, None),
    "userfaultfd": (323, 282),
    "vhangup": (153, 58),
}
"""Numbers on x86_64 and on aarch64.

memfd_create, shmget, semget, msgget and mq_open take memory that no limit counts.
"""

_CLONE, _CLONE3 = (56, 220), (435, 435)
_SOCKETS = ((41, 198), (53, 199))
_IOCTL = (16, 29)
_AF_UNIX = 1
_TYPES_INTO_TERMINAL = (0x5412, 0x541C)
_NEW_NAMESPACES = 0x7E020000

_EPERM, _EACCES, _ENOSYS = 1, 13, 38
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _EQUAL, _GREATER, _BITS, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_PR_SET_SECCOMP, _FILTER = 22, 2


def program(machine: str) -> bytes:
    """Return the filter for a processor, in the kernel's byte code.

    Args:
        machine: The processor, as `os.uname().machine` names it.
    """
    which = tuple(ARCHITECTURES).index(machine)
    known = [_op(_LOAD, _ARCHITECTURE), _op(_EQUAL, ARCHITECTURES[machine], 1, 0), _op(_RETURN, _KILL)]
    newest = [_op(_LOAD, _NUMBER), _op(_GREATER, _NEWEST, 0, 1), _op(_RETURN, _ERRNO | _ENOSYS)]
    refused = [_when(numbers[which], _EPERM) for numbers in REFUSED.values()]
    rules = [*refused, _when(_CLONE3[which], _ENOSYS), _on_clone(_CLONE[which]), _on_ioctl(_IOCTL[which])]
    rules += [_on_socket(numbers[which]) for numbers in _SOCKETS]
    return b"".join([*known, *newest, *rules, _op(_RETURN, _ALLOW)])


def number(name: str) -> int | None:
    """Return the number of a refused system call on this machine, none where it has no such call."""
    return REFUSED[name][tuple(ARCHITECTURES).index(os.uname().machine)]


def install() -> None:
    """Put this process and all that it starts under the filter, for good."""
    code = program(os.uname().machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    wanted = ctypes.create_string_buffer(header, len(header))
    kernel.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.addressof(wanted))


def _op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _when(call: int | None, error: int) -> bytes:
    return b"" if call is None else _op(_EQUAL, call, 0, 1) + _op(_RETURN, _ERRNO | error)


def _on_clone(call: int) -> bytes:
    """Threads and forks are allowed, new namespaces are not."""
    body = _op(_LOAD, _ARGUMENTS) + _op(_BITS, _NEW_NAMESPACES, 0, 1)
    return _op(_EQUAL, call, 0, 4) + body + _op(_RETURN, _ERRNO | _EPERM) + _op(_RETURN, _ALLOW)


def _on_socket(call: int) -> bytes:
    """Sockets between processes are allowed, those that reach a network or the kernel are not."""
    body = _op(_LOAD, _ARGUMENTS) + _op(_EQUAL, _AF_UNIX, 1, 0)
    return _op(_EQUAL, call, 0, 4) + body + _op(_RETURN, _ERRNO | _EACCES) + _op(_RETURN, _ALLOW)


def _on_ioctl(call: int) -> bytes:
    """Nothing is typed into a terminal."""
    first, second = _TYPES_INTO_TERMINAL
    body = _op(_LOAD, _ARGUMENTS + 8) + _op(_EQUAL, first, 1, 0) + _op(_EQUAL, second, 0, 1)
    return _op(_EQUAL, call, 0, 5) + body + _op(_RETURN, _ERRNO | _EPERM) + _op(_RETURN, _ALLOW)
