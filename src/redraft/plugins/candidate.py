"""A candidate: a plugin that was found, and nothing of it run yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redraft.plugins.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.origin import Origin
    from redraft.plugins.info import PluginFailure

__all__ = ["Candidate"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin before it is loaded.

    Args:
        name: Its name.
        distribution: The distribution that it came with.
        version: The version of the distribution.
        origin: Where its code is.
        load: Imports it, and returns the object that has its hooks.
        read: Returns its source, to be read and not run.
        failure: Why it cannot be loaded, where that is known before.
    """

    name: str
    distribution: str
    version: str
    origin: Origin
    load: Callable[[], Any]
    read: Callable[[], Source] = Source
    failure: PluginFailure | None = None
