"""The agent and graph files that names stand for: those on the search path first, then those of plugins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from redraft.errors import UnknownNameError, nearest
from redraft.files import Found, find
from redraft.plugins.loading import load_plugins
from redraft.registry import BUILTIN

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.errors import PluginError
    from redraft.files.search import Kind
    from redraft.plugins.info import Loaded
    from redraft.registry import Entry, Registry

__all__ = ["Shelf"]


class Shelf(Mapping[str, Found]):
    """Files by name. Plugins are loaded only where a name is none of the search path's, or all names are asked for.

    A name on the search path hides those of plugins; `distribution:name` always reaches them, and `redraft:name` the
    shipped one. A name that two plugins bring, or whose plugin was not loaded, is in it: asking for it is an error.

    Args:
        kind: Agents or graphs.
        project: The project folder; None to find it from the working folder.
        plugins: The plugins, where they are loaded already.
    """

    def __init__(self, kind: Kind, project: Path | None = None, plugins: Loaded | None = None) -> None:
        self._kind: Kind = kind
        self._project = project
        self._plugins = plugins
        self._local = find(kind, project)

    def __getitem__(self, name: str) -> Found:
        if name in self._local:
            return self._local[name]
        if name not in self._registry.things(self._kind):
            raise KeyError(name)
        return self._of_plugin(self._registry.entry(self._kind, name), name)

    def __contains__(self, name: object) -> bool:
        return name in self._local or name in self._registry.things(self._kind)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._local, *self._names_of_plugins()}))

    def __len__(self) -> int:
        return len({*self._local, *self._names_of_plugins()})

    def all(self) -> list[Found]:
        """Return what every name stands for, sorted by name; what plugins bring is among what a name shadows."""
        return [self._shadowing(self[name]) for name in self]

    def candidates(self, name: str) -> Iterator[Path]:
        """Yield the files that a name may stand for, the one that it does first.

        Raises:
            KeyError: There is none.
            DefinitionError: Two plugins bring it.
            PluginError: The plugin that brings it was not loaded.
        """
        found = self[name]
        yield found.path
        yield from self._shadowing(found).shadows

    def missing(self, name: str) -> UnknownNameError | PluginError:
        """Return the error for a name that nothing on the shelf has."""
        what = f"there is no {self._kind.removesuffix('s')} '{name}'.{nearest(name, self)}"
        broken = self._registry.broken(self._kind, name)
        return broken or UnknownNameError(what, mend=f"See `redraft {self._kind} ls`.")

    def is_of_plugin(self, path: Path) -> bool:
        """Return whether a file is one that a plugin brings."""
        return any(entry.thing == path for entry in self._registry.entries(self._kind))

    @cached_property
    def _registry(self) -> Registry:
        return (self._plugins or load_plugins(self._project)).registry

    def _names_of_plugins(self) -> Iterator[str]:
        for name, entry in zip(self._registry.names(self._kind), self._registry.entries(self._kind), strict=True):
            if entry.distribution != BUILTIN:
                yield entry.full_name if name in self._local else name

    def _of_plugin(self, entry: Entry, name: str) -> Found:
        if entry.distribution == BUILTIN:
            return Found(name, entry.thing, "library")
        return Found(name, entry.thing, "plugin", distribution=entry.distribution)

    def _shadowing(self, found: Found) -> Found:
        same = self._registry.sharing(self._kind, found.name) if found.origin != "plugin" else []
        hidden = tuple(entry.thing for entry in same if entry.distribution != BUILTIN)
        return replace(found, shadows=(*found.shadows, *hidden))
