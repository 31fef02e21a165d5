"""The files that untrusted code sees: a system it can read, and one small folder of its own."""

from __future__ import annotations

import ctypes
import os
import struct

from . import kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "COVERING",
    "DEVICES",
    "LINKS",
    "SETTINGS",
    "SYSTEM",
    "WRITABLE",
    "build",
    "fill",
    "is_full",
    "show_own_processes",
]

WRITABLE = ("/sandbox", "/dev/shm", "/tmp")
"""What the code can write; all three lie in one file system of limited size."""

COVERING = tuple(f"{folder}/" for folder in WRITABLE)
_BASE, _HOST = "/tmp", "/host"
_COVERED = "/covered"
"""Where what is shown below a folder that can be written waits until that folder is there."""
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
SETTINGS = ("/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
LINKS = {"fd": "fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
_SAFE = kernel.MS_NOSUID | kernel.MS_NODEV

_MOUNT_SETATTR, _HERE, _RECURSIVE = 442, -100, 0x8000
_READ_ONLY, _NO_SETUID = 1, 2
_INODE = 1024
"""Bytes of the limit for each file: a file without content takes the kernel's memory as well."""


def build(binds: list[tuple[str, str]], *, disk: int, user: int) -> None:
    """Replace all files that this process sees.

    Args:
        binds: What is shown beside the system: where it is on the machine, and where the code sees it.
        disk: How many bytes the code may write.
        user: Whom the folders that can be written belong to.
    """
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", _BASE, "tmpfs", _SAFE, "mode=755,size=1m,nr_inodes=4096")
    os.mkdir(_BASE + _HOST)
    kernel.pivot_root(_BASE, _BASE + _HOST)
    os.chdir("/")
    for path in (*SYSTEM, *SETTINGS, *DEVICES):
        _show(path, path)
    covered: dict[str, str] = {}
    for source, target in binds:
        place = f"{_COVERED}/{len(covered)}" if f"{target}/".startswith(COVERING) else target
        _show(source, place)
        if place != target:
            covered[place] = target
    _processes()
    kernel.umount(_HOST)
    os.rmdir(_HOST)
    _seal()
    _lay(disk=disk, user=user)
    for place, target in covered.items():
        _bind(place, target)


def fill(files: Mapping[str, bytes], *, user: int) -> None:
    """Write the files that the code is given into its working folder, and hand them over when all are there."""
    made: list[str] = []
    for name, content in files.items():
        parts = name.split("/")
        for folder in ("/".join(parts[:end]) for end in range(1, len(parts))):
            if not os.path.isdir(folder):
                os.mkdir(folder)
                made.append(folder)
        with open(name, "xb") as file:
            file.write(content)
        made.append(name)
    for path in reversed(made):
        os.chown(path, user, user)


def show_own_processes() -> None:
    """Show only the processes of the namespace that this one is in, where the kernel allows that."""
    try:
        kernel.unshare(kernel.NEW_NS)
        kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
        kernel.mount("proc", "/proc", "proc", _SAFE | kernel.MS_NOEXEC)
    except OSError:
        return


def is_full(pid: int, *, disk: int) -> bool:
    """Tell whether what was written in the working folder of a process takes more than the limit."""
    try:
        found = os.statvfs(f"/proc/{pid}/root{WRITABLE[0]}")
    except OSError:
        return False
    size = (found.f_blocks - found.f_bfree) * found.f_frsize
    return size > disk or found.f_files - found.f_ffree > _files(disk)


def _files(disk: int) -> int:
    return max(disk // _INODE, 64)


def _show(source: str, target: str) -> None:
    hosted = _HOST + source
    if os.path.islink(hosted):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(os.readlink(hosted), target)
        return
    if not os.path.exists(hosted) or os.path.exists(target):
        return
    _bind(hosted, target)


def _bind(source: str, target: str) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
    kernel.mount(source, target, flags=kernel.MS_BIND | kernel.MS_REC)


def _processes() -> None:
    """Show the code its own processes; where the kernel does not allow that, it sees none."""
    os.mkdir("/proc")
    try:
        kernel.mount("proc", "/proc", "proc", _SAFE | kernel.MS_NOEXEC, "subset=pid")
    except OSError:
        return


def _seal() -> None:
    """Finish what can only be read."""
    for name, target in LINKS.items():
        os.symlink(f"/proc/self/{target}", f"/dev/{name}")
    for folder in WRITABLE:
        os.makedirs(folder, exist_ok=True)
    attributes = struct.pack("QQQQ", _READ_ONLY | _NO_SETUID, 0, 0, 0)
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    root = ctypes.create_string_buffer(b"/")
    kernel.syscall("mount_setattr", _MOUNT_SETATTR, _HERE, root, _RECURSIVE, buffer, len(attributes))


def _lay(*, disk: int, user: int) -> None:
    """Lay the folders that can be written over those that cannot."""
    size = f"size={disk},nr_inodes={_files(disk)},uid={user},gid={user},mode=700"
    kernel.mount("tmpfs", _BASE, "tmpfs", _SAFE, size)
    for folder in WRITABLE:
        mine = f"{_BASE}/{folder.replace('/', '-')}"
        os.mkdir(mine, 0o700)
        os.chown(mine, user, user)
    for folder in WRITABLE:
        kernel.mount(f"{_BASE}/{folder.replace('/', '-')}", folder, flags=kernel.MS_BIND)
