"""What the process around a command is told, and what it reports: plain data, for it loads nothing of redraft."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from redraft.sandbox.interface import Strength

__all__ = ["Most", "Plan", "Report"]


class Most(TypedDict):
    """What a command may use at most: the fields of `Limits`."""

    seconds: float
    memory: int
    output: int
    disk: int
    processes: int
    files: int


class Plan(TypedDict):
    """One command and all that it may use."""

    strength: Strength
    command: list[str]
    environment: dict[str, str]
    folder: str
    files: dict[str, bytes]
    binds: list[tuple[str, str]]
    limits: Most
    user: NotRequired[int | None]


class Report(TypedDict):
    """How the command ended, or the problem that kept it from being started."""

    problem: NotRequired[str]
    ended: NotRequired[str]
    status: NotRequired[int]
    seconds: NotRequired[float]
