"""Plugins that are installed: the entry points of the group `redraft`."""

from __future__ import annotations

import importlib
import re
from functools import partial
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

from redraft.origin import Origin
from redraft.plugins.candidate import Candidate
from redraft.plugins.info import PluginFailure
from redraft.plugins.metadata import Metadata, entry_points
from redraft.plugins.source import Source
from redraft.registry import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["GROUP", "installed"]

GROUP = "redraft"
"""The entry-point group of plugins."""

_BUILTIN_MODULE = "redraft.builtin"
_OURS = re.compile(r"redraft(?=$|[\s(<>=!~;\[])", re.IGNORECASE)
_LOWER = frozenset({">", ">=", "~=", "==", "==="})


def installed() -> Iterator[Candidate]:
    """Yield the installed plugins, each once; the built-in one first, also where redraft itself is not installed."""
    version = str(importlib.import_module(BUILTIN).__version__)
    yield _candidate(EntryPoint("builtin", _BUILTIN_MODULE, GROUP), Metadata(BUILTIN, version))
    found = {
        (metadata.name, point.name): _candidate(point, metadata)
        for metadata, point in entry_points(GROUP)
        if point.value != _BUILTIN_MODULE
    }
    yield from (found[key] for key in sorted(found))


def _candidate(point: EntryPoint, metadata: Metadata) -> Candidate:
    return Candidate(
        name=point.name,
        distribution=metadata.name,
        version=metadata.version,
        origin=Origin(metadata.name, point.name, point.value.partition("[")[0].strip()),
        load=point.load,
        read=partial(Source.of, point),
        failure=_unmet(metadata),
    )


def _unmet(metadata: Metadata) -> PluginFailure | None:
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
