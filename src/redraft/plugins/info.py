"""What is known of a plugin: where it came from, what it brings, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redraft.registry import Registry

__all__ = ["SLOW", "Loaded", "PluginFailure", "PluginInfo"]

SLOW = 2.0
"""Seconds beyond which a plugin's loading is named."""


@dataclass(frozen=True, slots=True)
class PluginFailure:
    """What is wrong with a plugin: where it showed, and a sentence.

    The phases: import, hooks, call, names, version (made for another redraft), trust (of a project, and not trusted),
    blocked (switched off), missing (known, and not installed).
    """

    phase: str
    message: str


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """A plugin as it was found.

    Args:
        name: The name of its entry point.
        distribution: The distribution that it came with; `NAME.py` for a file in a project's `plugins/`.
        version: The version of the distribution; the first digits of its digest for a file.
        hooks: The hooks that it has.
        provides: What it registered: `evaluators/politeness`, …
        error: What is wrong with it, or None.
    """

    name: str
    distribution: str
    version: str
    hooks: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    error: PluginFailure | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """All plugins.

    Args:
        registry: What they registered.
        infos: What became of each that was to be loaded.
        absent: Those that were not to be loaded, or that are known and not installed.
        seconds: How long each of `infos` took to load.
    """

    registry: Registry
    infos: tuple[PluginInfo, ...]
    absent: tuple[PluginInfo, ...] = ()
    seconds: tuple[float, ...] = ()

    @property
    def slow(self) -> dict[PluginInfo, float]:
        """The plugins that every command waits for, with the seconds that each takes to load."""
        timed = zip(self.infos, self.seconds, strict=True)
        return {info: seconds for info, seconds in timed if seconds > SLOW}
