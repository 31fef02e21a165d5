"""The metadata of distributions: their entry points, read fast, and one that is damaged left out."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distributions
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Metadata", "damaged", "entry_points"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is read of a distribution's metadata."""

    name: str = "unknown"
    version: str = "unknown"
    requires: tuple[str, ...] = ()

    @classmethod
    def of(cls, distribution: Distribution) -> Metadata:
        """Return the metadata of a distribution."""
        # Line by line: a parser of mail takes twenty times as long, for fields that nobody asks for.
        text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
        fields: dict[str, list[str]] = {}
        for line in text.partition("\n\n")[0].splitlines():
            key, _, value = line.partition(":")
            fields.setdefault(key, []).append(value.strip())
        name, version = (fields.get(key, ["unknown"])[0] for key in ("Name", "Version"))
        return cls(name, version, tuple(fields.get("Requires-Dist", ())))


def entry_points(*groups: str) -> Iterator[tuple[Metadata, EntryPoint]]:
    """Yield the entry points of some groups; the first distribution on the path shadows others of its name."""
    seen: set[str | None] = set()
    for distribution in distributions():
        try:
            name = _name(distribution)
            points = () if name in seen else _points_of(distribution, groups)
            metadata = Metadata.of(distribution) if points else Metadata()
        except Exception:  # noqa: BLE001 - a boundary: one unreadable distribution must not take all plugins away
            _log.debug("a distribution could not be read", exc_info=True)
            # Pydantic looks for plugins of its own in all distributions when it is first used, and would raise here.
            os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
            continue
        seen.add(name)
        for point in points:
            yield metadata, point


def damaged() -> list[str]:
    """Return the distributions whose entry points cannot be read, by their folders where those are known.

    Libraries that ask all distributions for theirs fail on one of these, and cannot be imported.
    """
    found = []
    for distribution in distributions():
        try:
            _ = distribution.entry_points
        except Exception:  # noqa: BLE001 - whatever is wrong with it
            found.append(str(getattr(distribution, "_path", "unknown")))
    return found


def _name(distribution: Distribution) -> str | None:
    """Return the name that shadows; of a folder it is in the folder's name, and its metadata need not be read."""
    return getattr(distribution, "_normalized_name", None) or distribution.name


def _points_of(distribution: Distribution, groups: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    # Reading a file costs a fiftieth of parsing it, and most distributions have nothing for us.
    text = (distribution.read_text("entry_points.txt") or "").replace(" ", "")
    if not any(f"[{group}]" in text for group in groups):
        return ()
    return tuple(point for point in distribution.entry_points if point.group in groups)
