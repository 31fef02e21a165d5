"""Plugins are loaded: imported and asked for what they bring, one by one, so that a broken one harms nobody else."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from redraft.hookspecs import HOOKS_VERSION
from redraft.plugins.choice import VARIABLE, Choice
from redraft.plugins.hooks import implementations
from redraft.plugins.info import Loaded, PluginFailure, PluginInfo
from redraft.plugins.installed import installed
from redraft.plugins.interrupts import watched
from redraft.plugins.items import FaultError, entry, items
from redraft.plugins.known import FIRST_PARTY
from redraft.plugins.watchdog import Watchdog
from redraft.printing import diverted
from redraft.registry import BUILTIN, Broken, Entry, Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from redraft.plugins.candidate import Candidate
    from redraft.plugins.info import Phase
    from redraft.registry import ThingKind

__all__ = ["load_plugins"]

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class _Plugin:
    """A plugin after it was loaded, or was not."""

    candidate: Candidate
    info: PluginInfo
    entries: tuple[Entry, ...] = ()
    seconds: float = 0.0


def load_plugins(
    project: Path | None = None,
    *,
    blocked: Collection[str] = (),
    only: Collection[str] | None = None,
    environ: Mapping[str, str] | None = None,
    on_slow: Callable[[Candidate], None] | None = None,
) -> Loaded:
    """Return all plugins, the built-in one first. Never raises for a plugin's sake.

    Args:
        project: The project folder; None to find it from the working folder.
        blocked: Names of entry points or distributions that are not to be loaded.
        only: The only ones to load beside the built-in one; None for what REDRAFT_PLUGINS says, or else all.
        environ: The environment; None for the process's own.
        on_slow: Called with a plugin that takes longer than two seconds to load, while it still does.
    """
    choice, found = Choice.of(blocked, only, environ), list(installed())
    # Imports pydantic, which dies of a damaged distribution unless `installed` has met it before.
    from redraft.plugins.project import of_project

    found += of_project(project)
    refused = [one for one in found if choice.refuses(one.name, one.distribution)]
    with watched() as interrupted, Watchdog(on_slow) as watchdog:
        plugins = [_loaded(one, interrupted, watchdog) for one in found if one not in refused]
    missing = {one: names for one, names in FIRST_PARTY.items() if one not in {c.distribution for c in found}}
    registry = Registry(
        (new for plugin in plugins for new in plugin.entries),
        [*(_broken(plugin) for plugin in plugins if plugin.info.error), *map(_switched_off, refused)],
        known={name: distribution for distribution, names in missing.items() for name in names},
    )
    return Loaded(
        registry,
        infos=(*(_with_clashes(one, registry) for one in plugins), *map(_unmet, choice.unmet(found))),
        absent=(*map(_blocked, refused), *map(_known, missing)),
        seconds={(one.info.distribution, one.info.name): one.seconds for one in plugins},
    )


def _loaded(candidate: Candidate, interrupted: Callable[[], bool], watchdog: Watchdog) -> _Plugin:
    watchdog.see(candidate)
    if candidate.failure:
        return _Plugin(candidate, _info(candidate, candidate.failure))
    return _Loading(candidate, interrupted).load()


def _info(candidate: Candidate, failure: PluginFailure | None = None) -> PluginInfo:
    return PluginInfo(candidate.name, candidate.distribution, candidate.version, error=failure)


def _blocked(candidate: Candidate) -> PluginInfo:
    return _info(candidate, PluginFailure("blocked", "switched off for this call"))


def _unmet(name: str) -> PluginInfo:
    return PluginInfo(name, "", "", error=PluginFailure("missing", f"{VARIABLE} names it, and it is not installed"))


def _known(distribution: str) -> PluginInfo:
    mend = f"not installed: run `redraft plugins install {distribution}`"
    return PluginInfo(distribution.removeprefix("redraft-"), distribution, "", error=PluginFailure("missing", mend))


def _broken(plugin: _Plugin) -> Broken:
    failure = plugin.info.error
    if failure and failure.phase == "trust":
        return _unloaded(plugin.candidate, state="is not trusted", mend="Look at it, then run `redraft trust`.")
    return _unloaded(plugin.candidate, failure.message if failure else "")


def _switched_off(candidate: Candidate) -> Broken:
    return _unloaded(candidate, state="is switched off", mend="See -p, --no-plugins and REDRAFT_PLUGINS.")


def _unloaded(candidate: Candidate, message: str = "", *, state: str = "did not load", mend: str = "") -> Broken:
    def read() -> tuple[str, ...]:
        return candidate.read().evaluators()

    return Broken(candidate.name, candidate.distribution, message, read=read, state=state, mend=mend)


class _Loading:
    """A plugin while it is being loaded: what it brought so far, and the first thing that was wrong."""

    def __init__(self, candidate: Candidate, interrupted: Callable[[], bool]) -> None:
        self.candidate = candidate
        self.interrupted = interrupted
        self.info = _info(candidate)
        self.entries: list[Entry] = []

    def load(self) -> _Plugin:
        """Import the plugin and call its hooks."""
        began = time.perf_counter()
        with self._noted():
            plugin = self._call(self.candidate.load, "import")
            _require_version(getattr(plugin, "REDRAFT_HOOKS", 0))
            for kind, function in implementations(plugin, on_fault=self._note):
                self._walk(kind, function)
        self._excuse()
        provides = tuple(f"{entry.kind}/{entry.name}" for entry in self.entries)
        info = replace(self.info, provides=provides)
        return _Plugin(self.candidate, info, tuple(self.entries), round(time.perf_counter() - began, 3))

    def _walk(self, kind: ThingKind, function: Callable[[], Any]) -> None:
        self.info = replace(self.info, hooks=(*self.info.hooks, f"redraft_{kind}"))
        with self._noted():
            for item in self._call(lambda: items(kind, function()), "call"):
                with self._noted():
                    self._add(self._entry(kind, item))

    def _entry(self, kind: ThingKind, item: Any) -> Entry:
        new: Entry = self._call(lambda: entry(kind, item, self.info.distribution, self.candidate.origin), "call")
        return new

    def _add(self, new: Entry) -> None:
        if any(other.kind == new.kind and other.name == new.name for other in self.entries):
            raise FaultError("names", f"it brings {new.kind}/{new.name} twice")
        self.entries.append(new)

    def _call(self, function: Callable[[], Any], phase: Phase) -> Any:
        try:
            with diverted(f"plugin '{self.info.name}'"):
                return function()
        except FaultError:
            raise
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and self.interrupted():
                raise
            raise FaultError(phase, f"{type(error).__name__}: {_told(error)}".removesuffix(": ")) from error

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Keep the first fault, and go on."""
        try:
            yield
        except FaultError as error:
            self._note(error)

    def _note(self, error: FaultError) -> None:
        failure = PluginFailure(error.phase, _one_line(str(error)))
        self.info = replace(self.info, error=self.info.error or failure)

    def _excuse(self) -> None:
        """Say what stands behind the fault of a plugin that uses what this version does not have yet."""
        if self.info.error and self.info.error.phase in {"import", "hooks"}:
            with self._noted():
                newer = self.candidate.read().hooks_version()
                if newer > HOOKS_VERSION:
                    self.info = replace(self.info, error=None)
                    self.entries.clear()
                _require_version(newer)


def _require_version(wanted: Any) -> None:
    """Refuse a plugin that was made for hooks of a later version.

    Raises:
        FaultError: It was.
    """
    if isinstance(wanted, int) and wanted > HOOKS_VERSION:
        what = f"made for a newer redraft (hooks {wanted}; this has {HOOKS_VERSION}): update redraft"
        raise FaultError("version", what)


def _with_clashes(plugin: _Plugin, registry: Registry) -> PluginInfo:
    """Return what is known of a plugin, with the first name that it shares with another one."""
    info = plugin.info
    if info.error or info.distribution == BUILTIN:
        return info
    for own in plugin.entries:
        others = [other.distribution for other in registry.sharing(own.kind, own.name) if other is not own]
        if others:
            message = f"{own.kind}/{own.name} is also brought by {others[0]}; write '{own.full_name}'"
            return replace(info, error=PluginFailure("names", message))
    return info


def _told(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a plugin's own exception may fail to say what it is
        return ""


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
