"""What is known of a plugin: where it came from, what it brings, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.registry import Registry

__all__ = ["SLOW", "Loaded", "Phase", "PluginFailure", "PluginInfo"]

Phase = Literal["import", "hooks", "call", "names", "version", "trust", "blocked", "missing"]
"""Where it showed that a plugin cannot be used; the last four keep one from being loaded at all."""

SLOW = 2.0
"""Seconds beyond which a plugin's loading is named."""


@dataclass(frozen=True, slots=True)
class PluginFailure:
    """What is wrong with a plugin: where it showed, and a sentence."""

    phase: Phase
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
        seconds: How long each took to load.
    """

    registry: Registry
    infos: tuple[PluginInfo, ...]
    absent: tuple[PluginInfo, ...] = ()
    seconds: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def slow(self, info: PluginInfo) -> str:
        """Return how long every command waits for a plugin, in words; an empty text where that is not long."""
        seconds = self.seconds.get((info.distribution, info.name), 0.0)
        return f"takes {seconds:.1f} s to load" if seconds > SLOW else ""
