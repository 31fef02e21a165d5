"""The registry: what plugins registered, by kind and name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from redraft.errors import DefinitionError, PluginError, UnknownNameError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft.convergence import Check
    from redraft.evaluation import Evaluator

__all__ = ["BUILTIN", "KINDS", "Broken", "Entry", "Registry", "ThingKind"]

ThingKind = Literal["agents", "checks", "evaluators", "graphs", "models", "nodes", "observers"]

KINDS: tuple[ThingKind, ...] = ("agents", "checks", "evaluators", "graphs", "models", "nodes", "observers")
"""The kinds of things that a plugin can register: one hook each, `redraft_<kind>`."""

BUILTIN = "redraft"
"""The distribution whose names are reserved."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A registered thing, and the distribution that it came from."""

    kind: ThingKind
    name: str
    thing: Any
    distribution: str

    @property
    def full_name(self) -> str:
        """The name that is never ambiguous."""
        return f"{self.distribution}:{self.name}"


@dataclass(frozen=True, slots=True)
class Broken:
    """A plugin that did not load, with the names that it would have brought as far as they are known."""

    plugin: str
    distribution: str
    message: str
    claims: tuple[str, ...] = ()

    def would_bring(self, name: str) -> bool:
        """Return whether a bare or full name is one of this plugin's."""
        distribution, _, bare = name.rpartition(":")
        return distribution == self.distribution or (not distribution and bare in (self.plugin, *self.claims))


class Registry:
    """Names to things.

    A name that two plugins brought is an error while it stands alone; `distribution:name` reaches each of them. The
    names of redraft itself are reserved: they always mean the built-in thing.

    Args:
        entries: Everything that was registered.
        broken: The plugins that did not load.
    """

    def __init__(self, entries: Iterable[Entry] = (), broken: Iterable[Broken] = ()) -> None:
        self._entries = tuple(entries)
        self._broken = tuple(broken)

    def evaluator(self, name: str) -> Evaluator:
        """Return the evaluator of a name.

        Raises:
            UnknownNameError: No plugin has one of that name.
            DefinitionError: More than one plugin has.
            PluginError: The plugin that has it is broken.
        """
        return cast("Evaluator", self.get("evaluators", name))

    def checks(self) -> dict[str, Check]:
        """Return the checks of plugins, each under every name that reaches it."""
        return {name: self.get("checks", name) for name in self.names("checks")}

    def entries(self, kind: ThingKind) -> tuple[Entry, ...]:
        """Return everything of a kind, sorted by name."""
        return tuple(
            sorted((e for e in self._entries if e.kind == kind), key=lambda entry: (entry.name, entry.distribution))
        )

    def names(self, kind: ThingKind) -> tuple[str, ...]:
        """Return the shortest name that reaches each thing of a kind."""
        return tuple(
            entry.name if self._meant(kind, entry.name) == [entry] else entry.full_name for entry in self.entries(kind)
        )

    def get(self, kind: ThingKind, name: str) -> Any:
        """Return the thing of a kind and a name, bare or as `distribution:name`.

        Raises:
            UnknownNameError: No plugin has one of that name.
            DefinitionError: More than one plugin has.
            PluginError: The plugin that has it is broken.
        """
        meant = self._meant(kind, name)
        if len(meant) == 1:
            return meant[0].thing
        if meant:
            choices = " or ".join(f"'{entry.full_name}'" for entry in meant)
            raise DefinitionError(f"{len(meant)} plugins bring the {_one(kind)} '{name}'", mend=f"Write {choices}.")
        raise self._missing(kind, name)

    def _meant(self, kind: ThingKind, name: str) -> list[Entry]:
        entries = self.entries(kind)
        full = [entry for entry in entries if entry.full_name == name]
        bare = [entry for entry in entries if entry.name == name]
        reserved = [entry for entry in bare if entry.distribution == BUILTIN]
        return full or reserved or bare

    def _missing(self, kind: ThingKind, name: str) -> UnknownNameError | PluginError:
        for broken in self._broken:
            if broken.would_bring(name):
                where = f"plugin '{broken.plugin}' ({broken.distribution})"
                mend = f"It brings the {_one(kind)} '{name}'. Update or uninstall {broken.distribution}."
                return PluginError(f"did not load: {broken.message}", where=where, mend=mend)
        known = self.names(kind)
        what = f"no {_one(kind)} is named '{name}'.{nearest(name, known)}"
        return UnknownNameError(what, mend=f"Known {kind}: {', '.join(known)}." if known else None)


def _one(kind: ThingKind) -> str:
    return kind.removesuffix("s")
