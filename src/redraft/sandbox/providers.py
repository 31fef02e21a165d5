"""Which sandboxes this machine has, from the weakest to the strongest."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from redraft.errors import SandboxError
from redraft.sandbox.container import ContainerSandbox
from redraft.sandbox.interface import STRENGTHS, Limits
from redraft.sandbox.namespace import NamespaceSandbox
from redraft.sandbox.obstacles import Obstacle, failure, obstacle
from redraft.sandbox.portable import PortableSandbox
from redraft.sandbox.process import ProcessSandbox

if TYPE_CHECKING:
    from redraft.sandbox.interface import Sandbox, Strength
    from redraft.sandbox.supervised import Supervised

__all__ = ["Provider", "available", "strongest"]

_KINDS: dict[Strength, tuple[str, type[Supervised]]] = {
    "process": ("limits and a session of its own", ProcessSandbox),
    "namespace": ("namespaces, Landlock and a filter of system calls", NamespaceSandbox),
    "container": ("bubblewrap, Landlock and a filter of system calls", ContainerSandbox),
}
_PORTABLE = ("limits kept by looking often; what leaves its parent and its session may escape them", PortableSandbox)
_PROBE = Limits(seconds=20.0)


@dataclass(frozen=True, slots=True)
class Provider:
    """One kind of sandbox, and whether this machine has it.

    Args:
        name: What it is made of.
        strength: How much it keeps out.
        sandbox: The sandbox itself, where it is usable.
        missing: What is missing, where it is not.
        mend: What to do about that.
    """

    name: str
    strength: Strength
    sandbox: Sandbox | None = None
    missing: str = ""
    mend: str = ""

    @property
    def usable(self) -> bool:
        """Whether commands can be run in it here."""
        return self.sandbox is not None


def available() -> tuple[Provider, ...]:
    """Return all providers, the weakest first; each is tried once in a process."""
    return tuple(map(_provider, STRENGTHS))


def strongest(least: Strength = "process") -> Sandbox:
    """Return the strongest sandbox of this machine.

    Args:
        least: The strength that it has to have at least.

    Raises:
        SandboxError: This machine has none of that strength.
    """
    for strength in reversed(STRENGTHS[STRENGTHS.index(least) :]):
        provider = _provider(strength)
        if provider.sandbox is not None:
            return provider.sandbox
    lacking = _provider(least)
    raise SandboxError(
        f"this machine has no sandbox of strength '{least}': {lacking.missing}",
        mend=f"{lacking.mend} `redraft doctor` shows what this machine has.",
    )


@lru_cache(maxsize=len(STRENGTHS))
def _provider(strength: Strength) -> Provider:
    name, kind = _PORTABLE if strength == "process" and sys.platform != "linux" else _KINDS[strength]
    sandbox = kind()
    # what is cached for good is tried twice: a machine may be short of something for a moment
    found = obstacle(strength) or (_tried(sandbox) and _tried(sandbox))
    if found:
        return Provider(name, strength, missing=found.missing, mend=found.mend)
    return Provider(name + _without(strength), strength, sandbox)


def _without(strength: Strength) -> str:
    """Return what a usable sandbox has to do without here."""
    if strength == "process":
        return ""
    from redraft.sandbox.inside.landlock import version

    return "" if version() else "; this kernel has no Landlock"


def _tried(sandbox: Sandbox) -> Obstacle | None:
    """Return why a sandbox that seems to be there does not work."""
    try:
        ran = sandbox.python("print('ready')", limits=_PROBE)
    except SandboxError as error:
        return failure(sandbox.strength, error.what)
    if ran.stdout.strip() == "ready":
        return None
    last = ran.stderr.strip().rpartition("\n")[2]
    return failure(sandbox.strength, ran.detail or last or f"exit code {ran.exit_code}")
