"""Confinement: what a process that evaluates gives up, as far as its kernel knows how."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes
    import signal

__all__ = ["adopt_orphans", "die_first", "flush_c", "follow", "leave_network"]

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_PARENT_DEATH_SIGNAL, _SUBREAPER = 1, 36


def leave_network() -> bool:
    """Leave the network of the machine for one where nobody is; return whether the kernel allowed it.

    Who is not root gets a user namespace for that, in which it is the same user. The process must have one thread.
    """
    if not sys.platform.startswith("linux"):
        return False
    user, group = os.getuid(), os.getgid()
    if _libc().unshare(_NEW_NETWORK) == 0:
        return True
    if _libc().unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return False
    own = Path("/proc/self")
    with contextlib.suppress(OSError):
        (own / "setgroups").write_text("deny", encoding="ascii")
        (own / "uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        (own / "gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    return True


def follow(parent: int, number: signal.Signals) -> None:
    """Get a signal when the parent ends, where the kernel can tell; end now where it has ended already."""
    if sys.platform.startswith("linux"):
        _libc().prctl(_PARENT_DEATH_SIGNAL, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of all descendants whose own parent ends, where the kernel allows it."""
    if sys.platform.startswith("linux"):
        _libc().prctl(_SUBREAPER, 1, 0, 0, 0)


def die_first() -> None:
    """Leave no core file, and be the first to go where memory runs out: the process with the model stays."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def flush_c() -> None:
    """Write what C code has printed, and what its library still holds back."""
    _libc().fflush(None)


@functools.cache
def _libc() -> ctypes.CDLL:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)
