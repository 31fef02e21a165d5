"""All checks, and how a sandbox does in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.errors import SandboxError
from redraft.sandbox.conformance import endings, files, memory, network, processes, reports, rights, secrecy
from redraft.sandbox.interface import STRENGTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redraft.sandbox.conformance.check import Check
    from redraft.sandbox.interface import Sandbox, Strength

__all__ = ["CHECKS", "Finding", "examine", "has_to_pass"]

CHECKS: tuple[Check, ...] = (
    *processes.CHECKS,
    *endings.CHECKS,
    *memory.CHECKS,
    *files.CHECKS,
    *network.CHECKS,
    *secrecy.CHECKS,
    *rights.CHECKS,
    *reports.CHECKS,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one check.

    Args:
        check: What was tried.
        breach: What got out; none where it was kept in.
        required: Whether a sandbox of this strength has to keep it in.
    """

    check: Check
    breach: str | None
    required: bool


def has_to_pass(strength: Strength, check: Check) -> bool:
    """Tell whether a sandbox of a strength has to keep in what a check tries."""
    return STRENGTHS.index(strength) >= STRENGTHS.index(check.least)


def examine(sandbox: Sandbox, checks: Iterable[Check] = CHECKS) -> Iterator[Finding]:
    """Try checks in a sandbox, all of them unless told otherwise, and tell what came of each as soon as it is known."""
    for check in checks:
        try:
            breach = check.breach(sandbox)
        except SandboxError as error:
            breach = f"it could not be tried: {error.what}"
        yield Finding(check, breach, has_to_pass(sandbox.strength, check))
