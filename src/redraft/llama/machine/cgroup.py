"""Limits that a container or a service manager sets: Linux control groups, version 1 and 2."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["cpu_quota", "memory_room"]

_MOUNT, _MEMBERSHIP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")

_LIMITLESS = 1 << 60
"""What version 1 writes where there is no limit is a number above this."""


def cpu_quota(mount: Path = _MOUNT, membership: Path = _MEMBERSHIP) -> float | None:
    """Return how many processors' worth of time the process may use; None for no limit.

    Args:
        mount: Where control groups are mounted.
        membership: The file that says which ones the process is in.
    """
    quotas = [_quota(folder) for folder in _folders(mount, membership, "cpu")]
    return min((quota for quota in quotas if quota is not None), default=None)


def memory_room(mount: Path = _MOUNT, membership: Path = _MEMBERSHIP) -> int | None:
    """Return how many more bytes the process may use, cached files counted as free; None for no limit.

    Args:
        mount: Where control groups are mounted.
        membership: The file that says which ones the process is in.
    """
    rooms = [_room(folder) for folder in _folders(mount, membership, "memory")]
    return min((room for room in rooms if room is not None), default=None)


def _folders(mount: Path, membership: Path, controller: str) -> Iterator[Path]:
    """Yield the process's group and those around it. In a container the path may be another machine's: then the top."""
    for line in (_read(membership) or "").splitlines():
        names, _, path = line.partition(":")[2].partition(":")
        if names and controller not in names.split(","):
            continue
        top = mount / names if names else mount
        if names and not top.is_dir():
            top = mount / controller
        own = top / path.lstrip("/")
        yield from (folder for folder in (own, *own.parents) if folder == top or top in folder.parents)


def _quota(folder: Path) -> float | None:
    one = _read(folder / "cpu.max")  # version 2 has both in one file
    quota, _, period = (one or "").partition(" ")
    if one is None:
        quota, period = _read(folder / "cpu.cfs_quota_us") or "", _read(folder / "cpu.cfs_period_us") or ""
    allowed, span = _number(quota), _number(period)
    return allowed / span if allowed and span and allowed > 0 else None


def _room(folder: Path) -> int | None:
    limit = _number(_read(folder / "memory.max") or _read(folder / "memory.limit_in_bytes"))
    used = _number(_read(folder / "memory.current") or _read(folder / "memory.usage_in_bytes"))
    if limit is None or used is None or limit >= _LIMITLESS:
        return None
    return max(0, limit - used + _cached(folder))


def _cached(folder: Path) -> int:
    lines = (line.partition(" ") for line in (_read(folder / "memory.stat") or "").splitlines())
    counts = {name: _number(count) or 0 for name, _, count in lines}
    prefix = "total_" if "total_inactive_file" in counts else ""
    return counts.get(f"{prefix}inactive_file", 0) + counts.get(f"{prefix}active_file", 0)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None


def _number(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:  # "max"
        return None
