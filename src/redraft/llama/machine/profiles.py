"""Profiles kept between runs: a model is measured once on a machine, not each time that it is opened."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redraft.files import cache_dir
from redraft.llama.machine.probe import Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Machine", "ProfileKey", "load", "save", "this_machine"]

_FORMAT = 1

_KEPT_SECONDS = 7 * 24 * 3600
"""A profile is measured anew after this: something else may have slowed the machine while it was measured."""

_MOST_BYTES = 100_000
"""Larger files are not profiles."""

_MOST_ROWS, _MOST_THREADS, _LONGEST_STEP = 1 << 16, 1024, 3600.0
"""Bounds beyond which a profile is damaged."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What makes a machine compute as fast as it does.

    Args:
        processor: The processor's name.
        cpus: How many of them the process may use.
        gibibytes: The machine's memory.
    """

    processor: str
    cpus: int
    gibibytes: int


@dataclass(frozen=True, slots=True)
class ProfileKey:
    """What a profile depends on.

    Args:
        machine: The machine.
        model: The model file's fingerprint.
        library: The version of llama.cpp.
        context: The settings of the context that were measured, in any order.
    """

    machine: Machine
    model: str
    library: str
    context: Mapping[str, str | int]

    @property
    def path(self) -> Path:
        """The file that holds the profile, if there is one."""
        text = json.dumps(self.described(), sort_keys=True)
        return cache_dir() / "profiles" / f"{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}.json"

    def described(self) -> dict[str, Any]:
        """Return the key as JSON has it."""
        return {
            "format": _FORMAT,
            "machine": asdict(self.machine),
            "model": self.model,
            "library": self.library,
            "context": dict(self.context),
        }


@cache
def this_machine() -> Machine:
    """Return what this machine is."""
    from importlib import import_module

    from redraft.llama.machine.threads import most_threads

    psutil: Any = import_module("psutil")
    return Machine(_processor(), most_threads(), round(psutil.virtual_memory().total / 2**30))


def load(key: ProfileKey) -> Profile | None:
    """Return the profile that was kept under a key; None where there is none, or one that cannot be trusted."""
    try:
        with key.path.open("rb") as file:
            age = time.time() - os.fstat(file.fileno()).st_mtime
            text = file.read(_MOST_BYTES + 1) if 0 <= age + 1 < _KEPT_SECONDS else b""
        content: Any = json.loads(text) if len(text) <= _MOST_BYTES else None
        return _profile(content["profile"]) if content["key"] == key.described() else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def save(key: ProfileKey, profile: Profile) -> None:
    """Keep a profile, unless other processes disturbed it or the folder cannot be written: both mend themselves."""
    if not profile.quiet:
        return
    text = json.dumps({"key": key.described(), "profile": asdict(profile)}, indent=1)
    temporary = key.path.with_suffix(f".{os.getpid()}.new")
    with contextlib.suppress(OSError):
        key.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(key.path)
        finally:
            temporary.unlink(missing_ok=True)


def _profile(content: dict[str, Any]) -> Profile:
    """Return what a file says, if a probe could have said it.

    Raises:
        ValueError: It could not.
    """
    costs = {int(rows): float(seconds) for rows, seconds in content["costs"].items()}
    threads, batch, exact = content["threads"], content["threads_batch"], content["exact"]
    sound = (
        all(type(count) is int and 1 <= count <= _MOST_THREADS for count in (threads, batch))
        and (exact is None or isinstance(exact, bool))
        and min(costs, default=0) == 1
        and max(costs) <= _MOST_ROWS
        and all(0 < seconds <= _LONGEST_STEP for seconds in costs.values())
    )
    if not sound:
        raise ValueError
    return Profile(threads, batch, dict(sorted(costs.items())), exact)


def _processor() -> str:
    """Return the processor's name, and what tells two of one name apart."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    first = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in reversed(lines))}
    parts = [
        first.get(name, "") for name in ("model name", "cpu family", "model", "stepping", "CPU part", "cache size")
    ]
    return " ".join(filter(None, parts)) or platform.machine()
