"""Landlock: which folders a process may read and write, kept by the kernel apart from any mount."""

from __future__ import annotations

import ctypes
import os
import struct

from . import kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["keep_from_others", "restrict", "version"]

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_ON_FILES = _EXECUTE | 1 << 1 | _READ_FILE | 1 << 14
_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights on files each version knows: the first bits."""
_NETWORK_SINCE, _SCOPES_SINCE = 4, 6
_BIND_AND_CONNECT, _SOCKETS_AND_SIGNALS = 0b11, 0b11


def version() -> int:
    """Return which version of Landlock this kernel has, 0 for none."""
    try:
        return kernel.syscall("landlock", _CREATE, 0, 0, _ASK_VERSION)
    except OSError:
        return 0


def keep_from_others() -> None:
    """Keep this process, and all that it starts, from signalling and tracing any other; their files stay open to it."""
    if version() >= _SCOPES_SINCE:
        _enforce(_ruleset(struct.pack("QQQ", 0, 0, _SOCKETS_AND_SIGNALS)))


def restrict(*, readable: Iterable[str], writable: Iterable[str]) -> None:
    """Keep this process, and all that it starts, to these folders, and from TCP and other processes.

    Args:
        readable: The folders that can be read, and programs in them run.
        writable: The folders and files that can be written as well.
    """
    known = version()
    if not known:
        return
    rights = (1 << max(count for since, count in _RIGHTS.items() if since <= known)) - 1
    rules = struct.pack("Q", rights)
    if known >= _NETWORK_SINCE:
        rules += struct.pack("Q", _BIND_AND_CONNECT)
    if known >= _SCOPES_SINCE:
        rules += struct.pack("Q", _SOCKETS_AND_SIGNALS)
    ruleset = _ruleset(rules)
    for path in readable:
        _allow(ruleset, path, rights & _READ)
    for path in writable:
        _allow(ruleset, path, rights if os.path.isdir(path) else rights & _ON_FILES)
    _enforce(ruleset)


def _ruleset(rules: bytes) -> int:
    return kernel.syscall("landlock", _CREATE, ctypes.create_string_buffer(rules, len(rules)), len(rules), 0)


def _enforce(ruleset: int) -> None:
    kernel.syscall("landlock", _RESTRICT, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = struct.pack("=Qi", rights, place)
    kernel.syscall("landlock", _ADD, ruleset, _PATH_BENEATH, ctypes.create_string_buffer(rule, len(rule)), 0)
    os.close(place)
