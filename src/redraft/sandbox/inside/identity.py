"""Whom untrusted code runs as."""

from __future__ import annotations

import os

from . import kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ALONE", "become", "can_be_run_by", "map_user", "spare_user", "take_process_namespace"]

ALONE = 1000
"""The user's id inside a user namespace, where no other user exists."""

_SPARE, _SPARES = 0x70000000, 1 << 27
"""User ids that no distribution, container or directory service hands out."""
_CHOWN, _SETGID, _SETUID, _SYS_ADMIN = 0, 6, 7, 21
_NEEDED = 1 << _CHOWN | 1 << _SETGID | 1 << _SETUID | 1 << _SYS_ADMIN


def spare_user() -> int | None:
    """Return a user id that nobody has, where this process may take it: a limit of processes does not bind user 0."""
    if os.geteuid() != 0 or _capabilities() & _NEEDED != _NEEDED:
        return None
    user = _SPARE + int.from_bytes(os.urandom(4), "little") % _SPARES
    with open("/proc/self/uid_map") as ranges:
        known = [(int(first), int(count)) for first, _, count in map(str.split, ranges)]
    return user if any(first <= user < first + count for first, count in known) else None


def can_be_run_by(user: int, paths: Iterable[str]) -> bool:
    """Tell whether another user reaches all of these files and folders."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        become(user)
        needed = ((path, os.X_OK if os.path.isdir(path) else os.R_OK) for path in paths)
        os._exit(0 if all(os.access(path, mode) for path, mode in needed) else 1)
    finally:
        os._exit(1)


def become(user: int) -> None:
    """Become another user for good, one who has no rights."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def take_process_namespace() -> bool:
    """Have the next child begin a namespace of processes, where this one is root; all in it can be ended at once.

    No limit of processes binds root, and what forks faster than it is looked at cannot be ended one by one.
    """
    if os.geteuid() != 0:
        return False
    try:
        kernel.unshare(kernel.NEW_PID)
    except OSError:
        return False
    return True


def map_user(namespaces: int) -> int:
    """Enter new namespaces that an ordinary user may make, and return who this process is there."""
    user, group = os.geteuid(), os.getegid()
    kernel.unshare(kernel.NEW_USER | namespaces)
    for file, text in (("setgroups", "deny"), ("uid_map", f"{ALONE} {user} 1"), ("gid_map", f"{ALONE} {group} 1")):
        with open(f"/proc/self/{file}", "w") as settings:
            settings.write(text)
    return ALONE


def _capabilities() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1], 16) for line in status if line.startswith("CapEff"))
