"""The registry: what plugins registered, by kind and name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from redraft.errors import DefinitionError, PluginError, UnknownNameError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redraft.convergence import Check
    from redraft.evaluation import Evaluator
    from redraft.origin import Origin

__all__ = ["BUILTIN", "KINDS", "Broken", "Entry", "Registry", "ThingKind", "Things"]

ThingKind = Literal["agents", "checks", "evaluators", "graphs", "models", "nodes", "observers"]

KINDS: tuple[ThingKind, ...] = ("agents", "checks", "evaluators", "graphs", "models", "nodes", "observers")
"""The kinds of things that a plugin can register: one hook each, `redraft_<kind>`."""

BUILTIN = "redraft"
"""The distribution whose names are reserved."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A registered thing, the distribution that it came from, and where its code is."""

    kind: ThingKind
    name: str
    thing: Any
    distribution: str
    origin: Origin | None = None

    @property
    def full_name(self) -> str:
        """The name that is never ambiguous."""
        return f"{self.distribution}:{self.name}"


@dataclass(frozen=True, slots=True)
class Broken:
    """A plugin that was not loaded, with the names that it would have brought as far as they are known.

    Args:
        plugin: Its name.
        distribution: The distribution that it came with.
        message: What is wrong with it.
        claims: Evaluators that it is known to bring.
        read: Returns more of them; asked only where a name is looked for in vain.
        state: What became of it.
        mend: What to do; empty for the usual advice.
    """

    plugin: str
    distribution: str
    message: str
    claims: tuple[str, ...] = ()
    read: Callable[[], tuple[str, ...]] = tuple
    state: str = "did not load"
    mend: str = ""

    def would_bring(self, kind: ThingKind, name: str) -> bool:
        """Return whether a bare or full name is one of this plugin's."""
        distribution, _, bare = name.rpartition(":")
        if distribution or bare == self.plugin:
            return distribution in ("", self.distribution)
        return kind == "evaluators" and (bare in self.claims or bare in self.read())

    def error(self, what: str) -> PluginError:
        """Return the error for something of this plugin's that was needed."""
        mend = self.mend or f"Update or uninstall {self.distribution}."
        where = f"plugin '{self.plugin}' ({self.distribution})"
        told = f"{self.state}: {self.message}" if self.message else self.state
        return PluginError(told, where=where, mend=f"It brings the {what}. {mend}")


class Registry:
    """Names to things.

    A name that two plugins brought is an error while it stands alone; `distribution:name` reaches each of them. The
    names of redraft itself are reserved: they always mean the built-in thing.

    Args:
        entries: Everything that was registered.
        broken: The plugins that were not loaded.
        known: Which distribution has an evaluator that is not installed, by the evaluator's name.
    """

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        broken: Iterable[Broken] = (),
        *,
        known: Mapping[str, str] | None = None,
    ) -> None:
        self._entries = _sorted_by_kind(entries)
        self._named = _by_name(self._entries)
        self._broken = tuple(broken)
        self._known = known or {}

    def evaluator(self, name: str) -> Evaluator:
        """Return the evaluator of a name.

        Raises:
            UnknownNameError: No plugin has one of that name.
            DefinitionError: More than one plugin has.
            PluginError: The plugin that has it was not loaded.
        """
        return cast("Evaluator", self.get("evaluators", name))

    def checks(self) -> dict[str, Check]:
        """Return the checks of plugins, each under every name that reaches it."""
        return {name: self.get("checks", name) for name in self.names("checks")}

    def things(self, kind: ThingKind) -> Things:
        """Return the things of a kind by name."""
        return Things(self, kind)

    def entries(self, kind: ThingKind) -> tuple[Entry, ...]:
        """Return everything of a kind, sorted by name."""
        return self._entries.get(kind, ())

    def names(self, kind: ThingKind) -> tuple[str, ...]:
        """Return the shortest name that reaches each thing of a kind."""
        return tuple(
            entry.name if self.meant(kind, entry.name) == [entry] else entry.full_name for entry in self.entries(kind)
        )

    def get(self, kind: ThingKind, name: str) -> Any:
        """Return the thing of a kind and a name, bare or as `distribution:name`.

        Raises:
            UnknownNameError: No plugin has one of that name.
            DefinitionError: More than one plugin has.
            PluginError: The plugin that has it was not loaded.
        """
        return self.entry(kind, name).thing

    def entry(self, kind: ThingKind, name: str) -> Entry:
        """Return what was registered under a name; see `get`."""
        meant = self.meant(kind, name)
        if len(meant) == 1:
            return meant[0]
        if meant:
            choices = " or ".join(f"'{entry.full_name}'" for entry in meant)
            raise DefinitionError(f"{len(meant)} plugins bring the {_one(kind)} '{name}'", mend=f"Write {choices}.")
        raise self._missing(kind, name)

    def meant(self, kind: ThingKind, name: str) -> list[Entry]:
        """Return what a name may stand for: one entry, none, or several that share it."""
        same = self.sharing(kind, name.rpartition(":")[2])
        full = [entry for entry in same if entry.full_name == name]
        bare = [entry for entry in same if entry.name == name]
        reserved = [entry for entry in bare if entry.distribution == BUILTIN]
        return full or reserved or bare

    def sharing(self, kind: ThingKind, name: str) -> list[Entry]:
        """Return everything of a kind that has a bare name, also where the name stands for the built-in one."""
        return self._named.get((kind, name), [])

    def broken(self, kind: ThingKind, name: str) -> PluginError | None:
        """Return the error of the plugin that would bring a name, had it been loaded; None where there is none."""
        found = next((broken for broken in self._broken if broken.would_bring(kind, name)), None)
        return found.error(f"{_one(kind)} '{name}'") if found else None

    def _missing(self, kind: ThingKind, name: str) -> UnknownNameError | PluginError:
        broken = self.broken(kind, name)
        if broken:
            return broken
        names = self.names(kind)
        what = f"no {_one(kind)} is named '{name}'.{nearest(name, names)}"
        distribution = self._known.get(name) if kind == "evaluators" else None
        if distribution:
            what = f"no evaluator is named '{name}' here: {distribution}, which has it, is not installed"
            return UnknownNameError(what, mend=f"Run `redraft plugins install {distribution}`.")
        return UnknownNameError(what, mend=f"Known {kind}: {', '.join(names)}." if names else None)


class Things(Mapping[str, Any]):
    """The things of one kind, under every name that reaches one.

    A name that two plugins share, or whose plugin was not loaded, is in it: asking for the thing says what is wrong.
    """

    def __init__(self, registry: Registry, kind: ThingKind) -> None:
        self._registry = registry
        self._kind = kind

    def __getitem__(self, name: str) -> Any:
        if name not in self:
            raise KeyError(name)
        return self._registry.get(self._kind, name)

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        return bool(self._registry.meant(self._kind, name)) or self._registry.broken(self._kind, name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._registry.names(self._kind))

    def __len__(self) -> int:
        return len(self._registry.names(self._kind))


def _sorted_by_kind(entries: Iterable[Entry]) -> dict[ThingKind, tuple[Entry, ...]]:
    found: dict[ThingKind, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.name, entry.distribution)):
        found.setdefault(entry.kind, []).append(entry)
    return {kind: tuple(same) for kind, same in found.items()}


def _by_name(entries: Mapping[ThingKind, Iterable[Entry]]) -> dict[tuple[ThingKind, str], list[Entry]]:
    found: dict[tuple[ThingKind, str], list[Entry]] = {}
    for kind, same in entries.items():
        for entry in same:
            found.setdefault((kind, entry.name), []).append(entry)
    return found


def _one(kind: ThingKind) -> str:
    return kind.removesuffix("s")
