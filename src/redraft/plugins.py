"""Plugins: found by their entry points, loaded one by one, so that a broken one harms nobody else."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import pluggy

from redraft import hookspecs
from redraft.errors import nearest
from redraft.printing import diverted
from redraft.registry import BUILTIN, KINDS, Broken, Entry, Registry, ThingKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Loaded", "PluginFailure", "PluginInfo", "load_plugins"]

_GROUP = "redraft"

_log = logging.getLogger(__name__)

_BUILTIN_MODULE = "redraft.builtin"
_HOOKS = tuple(f"redraft_{kind}" for kind in KINDS)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_CLAIM = re.compile(r"""\bevaluator\(\s*(?:name\s*=\s*)?["']([a-z][a-z0-9_-]*)["']""")
_LONGEST = 300
_MOST_FILES = 100
_MAPPED = ("checks", "nodes", "observers")


@dataclass(frozen=True, slots=True)
class PluginFailure:
    """What is wrong with a plugin: where it showed (import, hooks, call, names), and a sentence."""

    phase: str
    message: str


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """A plugin as it was found.

    Args:
        name: The name of its entry point.
        distribution: The distribution that it came with.
        version: The version of the distribution.
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
    """All plugins: what they registered, and what became of each."""

    registry: Registry
    infos: tuple[PluginInfo, ...]


@dataclass(frozen=True, slots=True)
class _Plugin:
    info: PluginInfo
    entries: tuple[Entry, ...] = ()
    claims: tuple[str, ...] = ()


@runtime_checkable
class _Evaluates(Protocol):
    """What an evaluator has; its class lives in a room above this one."""

    name: str
    kind: str
    needs: tuple[str, ...]
    timeout: float

    def validate_params(self, given: Mapping[str, Any]) -> Any: ...


class _FaultError(Exception):
    """A plugin is wrong in a way that only redraft can see."""

    def __init__(self, phase: str, message: str) -> None:
        super().__init__(message)
        self.phase = phase


def load_plugins(*, blocked: Collection[str] = ()) -> Loaded:
    """Return all installed plugins, the built-in one first. Never raises for a plugin's sake.

    Args:
        blocked: Names of entry points or distributions that are not to be loaded.
    """
    points = [point for point in _points() if not {point.name, _distribution(point)} & set(blocked)]
    plugins = [_Loading(point).load() for point in points]
    entries = [entry for plugin in plugins for entry in plugin.entries]
    infos = tuple(_with_clashes(plugin, entries) for plugin in plugins)
    broken = [
        Broken(plugin.info.name, plugin.info.distribution, plugin.info.error.message, plugin.claims)
        for plugin in plugins
        if plugin.info.error
    ]
    return Loaded(Registry(entries, broken), infos)


def _points() -> Iterator[EntryPoint]:
    """Yield the entry points, each once; the built-in one also where redraft runs without being installed."""
    yield EntryPoint("builtin", _BUILTIN_MODULE, _GROUP)
    found = {(_distribution(point), point.name): point for point in _installed() if point.value != _BUILTIN_MODULE}
    yield from (found[key] for key in sorted(found))


def _installed() -> Iterator[EntryPoint]:
    """Yield the entry points of all distributions; the first on the path shadows others of its name."""
    seen: set[str | None] = set()
    for distribution in distributions():
        try:
            name = distribution.name
            points = distribution.entry_points.select(group=_GROUP) if name not in seen else ()
        except Exception:  # noqa: BLE001 - a boundary: one unreadable distribution must not take all plugins away
            _log.debug("a distribution could not be read", exc_info=True)
            continue
        seen.add(name)
        yield from points


def _distribution(point: EntryPoint) -> str:
    if point.value == _BUILTIN_MODULE:
        return BUILTIN
    return (point.dist.name if point.dist else None) or "unknown"


def _version(point: EntryPoint) -> str:
    if point.dist:
        return point.dist.version or "unknown"
    return str(importlib.import_module(BUILTIN).__version__)


class _Loading:
    """A plugin while it is being loaded: what it brought so far, and the first thing that was wrong."""

    def __init__(self, point: EntryPoint) -> None:
        self.point = point
        self.info = PluginInfo(point.name, _distribution(point), _version(point))
        self.entries: list[Entry] = []

    def load(self) -> _Plugin:
        """Import the plugin and call its hooks."""
        with self._noted():
            plugin = self._call(self.point.load, "import")
            manager = _manager()
            with self._noted():
                _register(manager, plugin)
            for kind, hook in zip(KINDS, _HOOKS, strict=True):
                # One by one: pluggy's own call would lose all that come after an implementation that raises.
                for implementation in getattr(manager.hook, hook).get_hookimpls():
                    self._walk(kind, implementation.function)
        info = replace(self.info, provides=tuple(f"{entry.kind}/{entry.name}" for entry in self.entries))
        return _Plugin(info, tuple(self.entries), _claims(self.point) if info.error else ())

    def _walk(self, kind: ThingKind, function: Callable[[], Any]) -> None:
        self.info = replace(self.info, hooks=(*self.info.hooks, f"redraft_{kind}"))
        with self._noted():
            for item in self._call(lambda: _items(kind, function()), "call"):
                with self._noted():
                    self._add(_entry(kind, item, self.info.distribution))

    def _add(self, entry: Entry) -> None:
        if any(other.kind == entry.kind and other.name == entry.name for other in self.entries):
            raise _FaultError("names", f"it brings {entry.kind}/{entry.name} twice")
        self.entries.append(entry)

    def _call(self, function: Callable[[], Any], phase: str) -> Any:
        try:
            with diverted(f"plugin '{self.info.name}'"):
                return function()
        except (KeyboardInterrupt, _FaultError):
            raise
        except BaseException as error:
            raise _FaultError(phase, f"{type(error).__name__}: {_told(error)}".removesuffix(": ")) from error

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Keep the first fault, and go on."""
        try:
            yield
        except _FaultError as error:
            failure = PluginFailure(error.phase, _one_line(str(error)))
            self.info = replace(self.info, error=self.info.error or failure)


def _manager() -> pluggy.PluginManager:
    """Return a manager for one plugin alone: what it does wrong stays with it."""
    manager = pluggy.PluginManager("redraft")
    manager.add_hookspecs(hookspecs)
    return manager


def _register(manager: pluggy.PluginManager, plugin: Any) -> None:
    """Find a plugin's hooks.

    Raises:
        _FaultError: It has none, an unknown one, or one that asks for arguments.
    """
    try:
        manager.register(plugin)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        unknown = next((name for name in vars(manager.hook) if name.startswith("redraft") and name not in _HOOKS), None)
        if unknown is None:
            raise _FaultError("hooks", str(error)) from error
        raise _FaultError("hooks", f"no hook is named '{unknown}'.{nearest(unknown, _HOOKS)}") from error
    if not manager.get_hookcallers(plugin):
        raise _FaultError("hooks", "it has no hooks; mark them with @hookimpl")


def _items(kind: ThingKind, returned: Any) -> list[Any]:
    """Return the single things of what a hook returned.

    Raises:
        _FaultError: It is of a wrong type.
    """
    mapped = kind in _MAPPED
    if mapped and isinstance(returned, Mapping):
        return list(returned.items())
    if mapped or isinstance(returned, str | Mapping) or not isinstance(returned, Iterable):
        wanted = "a mapping of names" if mapped else "a list"
        raise _FaultError("call", f"redraft_{kind} returned {_named(returned)}, not {wanted}")
    return list(returned)


def _entry(kind: ThingKind, item: Any, distribution: str) -> Entry:
    """Return a single thing as it stands in the registry.

    Raises:
        _FaultError: It is of a wrong type, or has a name that nobody could write.
    """
    name, thing = _named_thing(kind, item)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _FaultError("names", f"{name!r} is no name: letters, digits, _ and -, a letter first")
    return Entry(kind, name, thing, distribution)


def _named_thing(kind: ThingKind, item: Any) -> tuple[Any, Any]:
    if kind in _MAPPED:
        name, thing = item
        if not callable(thing):
            raise _FaultError("call", f"redraft_{kind} returned {_named(thing)} under '{name}', not a function")
        return name, thing
    if kind == "evaluators":
        if isinstance(item, _Evaluates):
            return item.name, item
        mend = "; decorate it with @evaluator" if callable(item) else ""
        raise _FaultError("call", f"redraft_evaluators returned {_named(item)}, not an evaluator{mend}")
    if isinstance(item, Path):
        return item.stem, item
    raise _FaultError("call", f"redraft_{kind} returned {_named(item)}, not a pathlib.Path")


def _with_clashes(plugin: _Plugin, entries: Iterable[Entry]) -> PluginInfo:
    """Return what is known of a plugin, with the first name that it shares with another one."""
    info = plugin.info
    if info.error or info.distribution == BUILTIN:
        return info
    for entry in plugin.entries:
        others = sorted(
            e.distribution for e in entries if (e.kind, e.name) == (entry.kind, entry.name) and e is not entry
        )
        if others:
            message = f"{entry.kind}/{entry.name} is also brought by {others[0]}; write '{entry.full_name}'"
            return replace(info, error=PluginFailure("names", message))
    return info


def _claims(point: EntryPoint) -> tuple[str, ...]:
    """Return the evaluators that a broken plugin's source declares; it is read, not run."""
    try:
        spec = importlib.util.find_spec(point.module.partition(".")[0])
        origin = Path(spec.origin or "") if spec else Path()
        files = sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else [origin]
        return tuple(name for file in files[:_MOST_FILES] for name in _CLAIM.findall(file.read_text(encoding="utf-8")))
    except (AttributeError, ImportError, OSError, ValueError):
        return ()


def _named(item: Any) -> str:
    return "nothing (None)" if item is None else f"a value of type {type(item).__name__}"


def _told(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a plugin's own exception may fail to say what it is
        return ""


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
