"""Graph files are found on the search path, and merged with what they extend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redraft.errors import DefinitionError, UnknownNameError, nearest
from redraft.files import Located, find, load_toml, project_dir
from redraft.graph.reading import read_graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.files import Found
    from redraft.graph.spec import GraphSpec

__all__ = ["load_graph"]


def load_graph(name: str | Path, project: Path | None = None) -> GraphSpec:
    """Return a graph by its name on the search path, or by its file.

    Args:
        name: A name, or a path that ends in `.toml`.
        project: The project folder; None to find it from the working folder.

    Raises:
        UnknownNameError: There is no graph of that name.
        DefinitionError: Its file is wrong; the message has file, line and key.
    """
    root = project or project_dir()
    found = find("graphs", root)
    path = Path(name) if str(name).endswith(".toml") else _path_of(str(name), found)
    located = _merged(path, found, root, ())
    return read_graph(path.stem, located)


def _path_of(name: str, found: Mapping[str, Found]) -> Path:
    if name in found:
        return found[name].path
    mend = "`redraft graphs ls` shows those that are there."
    raise UnknownNameError(f"there is no graph '{name}'.{nearest(name, found)}", mend=mend)


def _merged(path: Path, found: Mapping[str, Found], root: Path, seen: tuple[Path, ...]) -> Located:
    located = load_toml(path)
    base = located.data.get("extends")
    if base is None:
        return located
    where = str(located.locate(("extends",)))
    if not isinstance(base, str):
        raise DefinitionError(f"'extends' names a graph, not {base!r}", where=where)
    parent = _parent(base, path, found, root, where)
    if parent in (*seen, path):
        circle = " → ".join(p.stem for p in (*seen, path, parent))
        raise DefinitionError(f"'extends' goes in a circle: {circle}", where=where)
    return _over(_merged(parent, found, root, (*seen, path)), located)


def _parent(base: str, path: Path, found: Mapping[str, Found], root: Path, where: str) -> Path:
    if base.endswith(".toml"):
        target = (path.parent / base).resolve()
        if not target.is_relative_to(root.resolve()):
            mend = "Name a graph on the search path, or a file in the project."
            raise DefinitionError(f"'{base}' lies outside of the project folder", where=where, mend=mend)
        return target
    entry = found.get(base)
    if entry is None:
        raise UnknownNameError(f"there is no graph '{base}' to extend.{nearest(base, found)}", where=where)
    # A graph that extends its own name means the one that it shadows.
    behind = [entry.path, *entry.shadows]
    return next((p for p in behind if not p.samefile(path)), entry.path) if base == path.stem else entry.path


def _over(parent: Located, child: Located) -> Located:
    lines = {**parent.lines, **child.lines}
    files = {key: parent.files.get(key, parent.file) for key in parent.lines if key not in child.lines}
    data = _merge(parent.data, {key: value for key, value in child.data.items() if key != "extends"})
    return replace(child, data=data, lines=lines, files=files)


def _merge(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    merged = {key: value for key, value in parent.items() if key != "extends"}
    for key, value in child.items():
        old = merged.get(key)
        if value is False and isinstance(old, dict):
            del merged[key]
        elif isinstance(value, dict) and isinstance(old, dict) and key != "evaluators":
            merged[key] = _merge(old, value)
        else:
            merged[key] = value
    return merged
