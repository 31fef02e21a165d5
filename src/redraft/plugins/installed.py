"""Plugins that are installed: the entry points of all distributions."""

from __future__ import annotations

import importlib
import logging
import re
from dataclasses import dataclass
from functools import partial
from importlib.metadata import Distribution, EntryPoint, distributions
from typing import TYPE_CHECKING

from redraft.plugins.candidate import Candidate
from redraft.plugins.info import PluginFailure
from redraft.plugins.source import Source
from redraft.registry import BUILTIN, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["GROUP", "installed"]

GROUP = "redraft"
"""The entry-point group of plugins."""

_BUILTIN_MODULE = "redraft.builtin"
_OURS = re.compile(r"redraft(?=$|[\s(<>=!~;\[])", re.IGNORECASE)

_LOWER = frozenset({">", ">=", "~=", "==", "==="})

_log = logging.getLogger(__name__)


def installed() -> Iterator[Candidate]:
    """Yield the installed plugins, each once; the built-in one first, also where redraft itself is not installed."""
    version = str(importlib.import_module(BUILTIN).__version__)
    yield _candidate(EntryPoint("builtin", _BUILTIN_MODULE, GROUP), _Metadata(BUILTIN, version))
    found = {
        (metadata.name, point.name): _candidate(point, metadata)
        for metadata, points in _distributions()
        for point in points
        if point.value != _BUILTIN_MODULE
    }
    yield from (found[key] for key in sorted(found))


@dataclass(frozen=True, slots=True)
class _Metadata:
    """What is read of a distribution's metadata."""

    name: str = "unknown"
    version: str = "unknown"
    requires: tuple[str, ...] = ()

    @classmethod
    def of(cls, distribution: Distribution) -> _Metadata:
        # Line by line: a parser of mail takes twenty times as long, for fields that nobody asks for.
        text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
        fields: dict[str, list[str]] = {}
        for line in text.partition("\n\n")[0].splitlines():
            key, _, value = line.partition(":")
            fields.setdefault(key, []).append(value.strip())
        name, version = (fields.get(key, ["unknown"])[0] for key in ("Name", "Version"))
        return cls(name, version, tuple(fields.get("Requires-Dist", ())))


def _candidate(point: EntryPoint, metadata: _Metadata) -> Candidate:
    module, _, attribute = point.value.partition(":")
    return Candidate(
        name=point.name,
        distribution=metadata.name,
        version=metadata.version,
        origin=Origin(module.strip(), attribute.partition("[")[0].strip()),
        load=point.load,
        read=partial(Source.of, point),
        failure=_unmet(metadata),
    )


def _unmet(metadata: _Metadata) -> PluginFailure | None:
    """Return what a distribution requires of redraft and this one is not."""
    wanted = next((line for line in metadata.requires if _OURS.match(line)), "redraft")
    if wanted == "redraft":
        return None
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.version import Version

    ours = Version(importlib.import_module(BUILTIN).__version__)
    try:
        requirement = Requirement(wanted)
    except InvalidRequirement:
        return None
    elsewhere = requirement.marker is not None and not requirement.marker.evaluate({"extra": ""})
    if elsewhere or requirement.specifier.contains(ours, prereleases=True):
        return None
    bounds = [part.version.removesuffix(".*") for part in requirement.specifier if part.operator in _LOWER]
    newer = any(Version(bound) > ours for bound in bounds)
    age, mend = ("a newer", "update redraft") if newer else ("an older", f"update {metadata.name}")
    return PluginFailure("version", f"made for {age} redraft ({requirement.specifier}; this is {ours}): {mend}")


def _distributions() -> Iterator[tuple[_Metadata, tuple[EntryPoint, ...]]]:
    """Yield the distributions that have plugins; the first on the path shadows others of its name."""
    seen: set[str | None] = set()
    for distribution in distributions():
        try:
            name = _name(distribution)
            points = () if name in seen else _points_of(distribution)
            metadata = _Metadata.of(distribution) if points else _Metadata()
        except Exception:  # noqa: BLE001 - a boundary: one unreadable distribution must not take all plugins away
            _log.debug("a distribution could not be read", exc_info=True)
            continue
        seen.add(name)
        if points:
            yield metadata, points


def _name(distribution: Distribution) -> str | None:
    """Return the name that shadows; of a folder it is in the folder's name, and its metadata need not be read."""
    return getattr(distribution, "_normalized_name", None) or distribution.name


def _points_of(distribution: Distribution) -> tuple[EntryPoint, ...]:
    # Reading a file costs a fiftieth of parsing it, and most distributions have nothing for us.
    if f"[{GROUP}" not in (distribution.read_text("entry_points.txt") or "").replace(" ", ""):
        return ()
    return tuple(distribution.entry_points.select(group=GROUP))
