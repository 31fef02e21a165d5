"""A choice of plugins: which of those that are installed are to be loaded."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.registry import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from redraft.plugins.candidate import Candidate

__all__ = ["VARIABLE", "Choice"]

VARIABLE = "REDRAFT_PLUGINS"
"""The environment variable that names the only plugins to load, separated by commas."""

_SEPARATORS = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which plugins are to be loaded, named by their entry points or distributions.

    Args:
        blocked: Those that are not.
        only: The only ones beside the built-in one; None for all.
    """

    blocked: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    @classmethod
    def of(cls, blocked: Collection[str], only: Collection[str] | None, environ: Mapping[str, str] | None) -> Choice:
        """Return the choice that a caller makes; the environment says which ones where the caller does not.

        Args:
            blocked: Names of plugins that are not to be loaded.
            only: Names of the only ones to load; None to read REDRAFT_PLUGINS.
            environ: The environment; None for the process's own.
        """
        if only is None:
            listed = ((environ if environ is not None else os.environ).get(VARIABLE) or "").strip()
            only = [name for name in map(str.strip, listed.split(",")) if name] if listed else None
        return cls(_folded(blocked), None if only is None else _folded(only))

    def refuses(self, name: str, distribution: str) -> str:
        """Return why a plugin is not to be loaded, or an empty text where it is."""
        names = _folded((name, distribution))
        if names & self.blocked:
            return "switched off"
        if self.only is not None and distribution != BUILTIN and not names & self.only:
            return "not among those that were asked for"
        return ""

    def unmet(self, found: Iterable[Candidate]) -> tuple[str, ...]:
        """Return the names that were asked for and are none of the plugins that were found."""
        names = _folded(name for one in found for name in (one.name, one.distribution))
        return tuple(sorted((self.only or frozenset()) - names))


def _folded(names: Iterable[str]) -> frozenset[str]:
    """Return names as package indexes compare them."""
    return frozenset(_SEPARATORS.sub("-", name).lower() for name in names)
