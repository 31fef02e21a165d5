"""What the process around a command is told, and what it reports: plain data, for it loads nothing of redraft."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from redraft.sandbox.interface import Strength

__all__ = ["Plan", "Report"]


class Plan(TypedDict):
    """One command and all that it may use."""

    strength: Strength
    command: list[str]
    environment: dict[str, str]
    folder: str
    files: dict[str, bytes]
    binds: list[tuple[str, str]]
    seconds: float
    memory: int
    disk: int
    processes: int
    handles: int
    user: NotRequired[int | None]


class Report(TypedDict):
    """How the command ended, or the problem that kept it from being started."""

    problem: NotRequired[str]
    ended: NotRequired[str]
    status: NotRequired[int]
    seconds: NotRequired[float]
