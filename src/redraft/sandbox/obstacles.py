"""Why a machine lacks a sandbox, and what to do about it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redraft.sandbox.interface import Strength

__all__ = ["Obstacle", "failure", "obstacle"]

_PROCESSORS = ("x86_64", "aarch64")
_SETTINGS = {
    "user/max_user_namespaces": ("0", "sysctl user.max_user_namespaces=15000"),
    "kernel/unprivileged_userns_clone": ("0", "sysctl kernel.unprivileged_userns_clone=1"),
    "kernel/apparmor_restrict_unprivileged_userns": (
        "1",
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or install bubblewrap, which has a profile",
    ),
}
"""Settings that forbid user namespaces, the value with which they do, and what changes it."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What is missing, and what to do about it."""

    missing: str
    mend: str


def obstacle(strength: Strength) -> Obstacle | None:
    """Return what can be seen to be missing before anything is tried."""
    if strength == "process":
        return None
    if sys.platform != "linux":
        return Obstacle(f"it is made of parts of Linux, and this is {platform.system()}", "Run redraft on Linux.")
    if platform.machine() not in _PROCESSORS:
        known = " and ".join(_PROCESSORS)
        return Obstacle(
            f"its filter of system calls is known for {known}, and this is {platform.machine()}",
            "Run redraft on such a machine.",
        )
    if strength == "container" and shutil.which("bwrap") is None:
        return Obstacle(
            "bubblewrap is not installed", "Install it: `apt-get install bubblewrap` or `dnf install bubblewrap`."
        )
    return None


def failure(strength: Strength, found: str) -> Obstacle:
    """Return what a try has shown to be missing."""
    if strength == "process":
        return Obstacle(found, "Report this with what `redraft doctor` prints.")
    for name, (forbidding, mend) in _SETTINGS.items():
        if _setting(name) == forbidding:
            return Obstacle(f"{found} (/proc/sys/{name} is {forbidding})", f"An administrator can allow it: {mend}.")
    if "Errno 13" in found and _is_root():
        return Obstacle(found, f"As root: let others read the interpreter, with `chmod -R o+rX {sys.prefix}`.")
    return Obstacle(
        found,
        "In Docker: start the container with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined`.",
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text(encoding="ascii").strip()
    except OSError:
        return ""
