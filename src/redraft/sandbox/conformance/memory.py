"""Checks of memory: of one process, of many, and of memory that belongs to no process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.sandbox.conformance.check import LIMITS, attack, attempt, check

if TYPE_CHECKING:
    from redraft.sandbox.interface import Ran, Sandbox

__all__ = ["CHECKS"]

_SLACK = 1.5
"""What is allowed above the limit, for memory is looked at every now and then."""

_ONE = """
    import os
    kept = []
    for _ in range(0, total, 1 << 23):
        kept.append(bytearray(b"x" * (1 << 23)))
        os.write(1, b"%d\\n" % (len(kept) << 23))
"""

_MANY = """
    import mmap, os, time
    share = total // 6
    for _ in range(6):
        if os.fork() == 0:
            for done in range(0, share, 1 << 21):
                part = {allocate}
                kept = globals().setdefault("kept", [])
                kept.append(part)
            os.write(1, b"%d\\n" % share)
            time.sleep(1)
            os._exit(0)
    time.sleep(1)
    print("end")
"""

_NOBODYS = """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    name = libc.syscall(memfd, b"x", 0)
    segment = libc.shmget(0, 1 << 20, 0o1600)
    if segment >= 0:
        libc.shmctl(segment, 0, None)
    return "memory that no process maps" if name >= 0 or segment >= 0 else None
"""


@check(least="process")
def memory_bomb(sandbox: Sandbox) -> str | None:
    """One process cannot take more memory than the limit."""
    return _above(attack(sandbox, _ONE, total=3 * LIMITS.memory), last=True)


@check(least="process")
def memory_bomb_of_many_processes(sandbox: Sandbox) -> str | None:
    """Several processes together cannot take more memory than the limit."""
    return _above(attack(sandbox, _MANY.format(allocate='bytearray(b"x" * (1 << 21))'), total=3 * LIMITS.memory))


@check(least="process")
def memory_bomb_in_shared_memory(sandbox: Sandbox) -> str | None:
    """Memory that is shared counts as well."""
    allocate = 'mmap.mmap(-1, 1 << 21); part[:] = b"x" * (1 << 21)'
    return _above(attack(sandbox, _MANY.format(allocate=allocate), total=3 * LIMITS.memory))


@check(least="namespace")
def memory_of_nobody(sandbox: Sandbox) -> str | None:
    """There is no way to memory that belongs to no process and is counted nowhere."""
    from redraft.sandbox.inside.seccomp import number

    return attempt(sandbox, _NOBODYS, memfd=number("memfd_create"))


def _above(ran: Ran, *, last: bool = False) -> str | None:
    taken = [int(line) for line in ran.stdout.split() if line.isdecimal()]
    total = max(taken, default=0) if last else sum(taken)
    return f"it took {total:,} bytes" if total > LIMITS.memory * _SLACK else None


CHECKS = (memory_bomb, memory_bomb_of_many_processes, memory_bomb_in_shared_memory, memory_of_nobody)
