"""All processes below one, and what they use together."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["below", "kill_below", "memory", "tasks"]

_PAGE = os.sysconf("SC_PAGE_SIZE")
_SIGKILL = 9
_KIB = 1024


def below(root: int, *, most: int | None = None) -> list[int]:
    """Return the processes that `root` started, and those that they started, parents first.

    Args:
        root: The process to begin with.
        most: Do not look for more when there are more than so many.
    """
    found = _children(root)
    for pid in found:
        if most is not None and len(found) > most:
            break
        found.extend(_children(pid))
    return found


def kill_below(root: int) -> bool:
    """Kill all processes below `root`, and tell whether there were any."""
    pids = below(root)
    for pid in pids:
        try:
            os.kill(pid, _SIGKILL)
        except ProcessLookupError:
            continue
    return bool(pids)


def tasks(pids: Iterable[int]) -> int:
    """Return how many threads these processes have together: at least one each."""
    return sum(max(1, len(_threads(pid))) for pid in pids)


def memory(pids: Iterable[int], *, limit: int) -> int:
    """Return how many bytes these processes occupy together.

    What several of them share is told apart only where the plain sum exceeds the limit, for that takes longer.
    """
    pids = tuple(pids)
    total = sum(_resident(pid) for pid in pids)
    return sum(_proportional(pid) for pid in pids) if total > limit or _swaps() else total


def _threads(pid: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{pid}/task")
    except OSError:  # it is gone
        return []


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for thread in _threads(pid):
        try:
            found.extend(int(one) for one in _read(f"/proc/{pid}/task/{thread}/children").split())
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(_read(f"/proc/{pid}/statm").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    """Return what a process occupies, its part of what it shares with others, and what of it was swapped out."""
    try:
        lines = _read(f"/proc/{pid}/smaps_rollup").splitlines()
    except OSError:
        return _resident(pid)
    counted = (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:")
    return sum(int(line.split()[1]) * _KIB for line in lines if line.startswith(counted))


def _swaps() -> bool:
    try:
        return len(_read("/proc/swaps").splitlines()) > 1
    except OSError:
        return False


def _read(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = []
        while part := os.read(file, 1 << 16):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(file)
