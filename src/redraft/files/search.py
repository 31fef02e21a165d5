"""The search path for agents, graphs: the project folder, the user's folder, the shipped library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from redraft.files.folders import config_dir, library, project_dir

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Found", "Kind", "Origin", "find"]

Kind: TypeAlias = Literal["agents", "graphs"]
Origin: TypeAlias = Literal["project", "user", "library", "plugin"]

_SUFFIXES = {"agents": ".md", "graphs": ".toml"}


@dataclass(frozen=True, slots=True)
class Found:
    """A file that a name stands for, where it came from, and the files of that name that it shadows.

    `distribution` is the one of the plugin that brings it; None for what is on the search path.
    """

    name: str
    path: Path
    origin: Origin
    shadows: tuple[Path, ...] = ()
    distribution: str | None = None


def find(kind: Kind, project: Path | None = None) -> dict[str, Found]:
    """Return every agent or graph that a name stands for, sorted by name.

    Args:
        kind: What to look for.
        project: The project folder; None to find it from the working folder.
    """
    places: tuple[tuple[Origin, Path], ...] = (
        ("project", project or project_dir()),
        ("user", config_dir()),
        ("library", library()),
    )
    seen: dict[str, list[tuple[Origin, Path]]] = {}
    for origin, folder in places:
        for path in _files(folder / kind, _SUFFIXES[kind]):
            seen.setdefault(path.stem, []).append((origin, path))
    return {name: _found(name, seen[name]) for name in sorted(seen)}


def _found(name: str, places: list[tuple[Origin, Path]]) -> Found:
    (origin, path), *rest = places
    others = dict.fromkeys(shadowed for _, shadowed in rest if shadowed.resolve() != path.resolve())
    return Found(name, path, origin, tuple(others))


def _is_definition(path: Path) -> bool:
    return not path.name.startswith(".") and path.stem.upper() != "README"


def _files(folder: Path, suffix: str) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == suffix and _is_definition(path))
    except OSError:
        return []
