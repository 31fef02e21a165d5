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
    "container": ("bubblewrap", ContainerSandbox),
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


@lru_cache(maxsize=1)
def available() -> tuple[Provider, ...]:
    """Return all providers, the weakest first; each was tried once in this process."""
    return tuple(map(_provider, _KINDS))


def strongest(least: Strength = "process") -> Sandbox:
    """Return the strongest sandbox of this machine.

    Args:
        least: The strength that it has to have at least.

    Raises:
        SandboxError: This machine has none of that strength.
    """
    enough = [one for one in available() if STRENGTHS.index(one.strength) >= STRENGTHS.index(least)]
    for provider in reversed(enough):
        if provider.sandbox is not None:
            return provider.sandbox
    nearest = enough[0] if enough else available()[-1]
    raise SandboxError(
        f"this machine has no sandbox of strength '{least}': {nearest.missing}",
        mend=f"{nearest.mend} `redraft doctor` shows what this machine has.",
    )


def _provider(strength: Strength) -> Provider:
    name, kind = _PORTABLE if strength == "process" and sys.platform != "linux" else _KINDS[strength]
    sandbox = kind()
    found = obstacle(strength) or _tried(sandbox)
    return (
        Provider(name, strength, missing=found.missing, mend=found.mend) if found else Provider(name, strength, sandbox)
    )


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
