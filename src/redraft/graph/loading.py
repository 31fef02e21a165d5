"""Graph files are found by their names, and merged with what they extend."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redraft.errors import DefinitionError
from redraft.files import load_toml, project_dir
from redraft.graph.node import GraphNode
from redraft.graph.reading import read_graph
from redraft.plugins.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.files import Located
    from redraft.graph.spec import GraphSpec
    from redraft.plugins import Loaded

__all__ = ["load_graph", "with_graphs"]

REPLACED = frozenset({"evaluators", "gates"})
"""Tables that are not merged: what evaluates is said in one place."""

OWN = frozenset({"bench", "description", "extends"})
"""Keys that no other graph takes over: another loop is another thing to measure."""

LONGEST = 16
"""How many files may extend each other in a row."""

DEEPEST = 8
"""How many graphs may be nodes of each other in a row."""


def load_graph(name: str | Path, project: Path | None = None, *, plugins: Loaded | None = None) -> GraphSpec:
    """Return a graph by its name, or by its file.

    Args:
        name: A name on the search path or of a plugin, `distribution:name`, or a path that ends in `.toml`.
        project: The project folder; None to find it from the working folder.
        plugins: The plugins; None to load them where a name is none of the search path's.

    Raises:
        UnknownNameError: There is no graph of that name.
        DefinitionError: Its file is wrong, with file, line and key in the message; or two plugins bring the name.
        PluginError: The plugin that brings it was not loaded.
    """
    root = project or project_dir()
    family = _Family(root, Shelf("graphs", root, plugins))
    path = Path(name) if isinstance(name, Path) or name.endswith(".toml") else family.path_of(name)
    return family.complete(read_graph(path.stem, family.merged(path, ())), (path.resolve(),))


def with_graphs(spec: GraphSpec, project: Path | None = None, *, plugins: Loaded | None = None) -> GraphSpec:
    """Return a graph that was built in Python with the graphs that its nodes name.

    Args:
        spec: The graph.
        project: The project folder; None to find it from the working folder.
        plugins: The plugins; None to load them where a name is none of the search path's.

    Raises:
        UnknownNameError: There is no graph of a name.
        DefinitionError: The file of one is wrong, or graphs are nodes of each other in a circle.
        PluginError: The plugin that brings one was not loaded.
    """
    root = project or project_dir()
    return _Family(root, Shelf("graphs", root, plugins)).complete(spec, ())


@dataclass(frozen=True, slots=True)
class _Family:
    """The graph files that a project's graphs may extend."""

    root: Path
    shelf: Shelf

    def path_of(self, name: str) -> Path:
        try:
            return self.shelf[name].path
        except KeyError:
            raise self.shelf.missing(name) from None

    def complete(self, spec: GraphSpec, chain: tuple[Path, ...]) -> GraphSpec:
        """Return a graph with the graphs that its nodes name, and those that their nodes name."""
        graphs = dict(spec.graphs)
        for node, found in spec.nodes.items():
            if isinstance(found, GraphNode) and found.graph not in graphs:
                graphs[found.graph] = self._part(found.graph, chain, str(spec.place("nodes", node, "graph")))
        return spec.model_copy(update={"graphs": graphs}) if graphs else spec

    def _part(self, name: str, chain: tuple[Path, ...], where: str) -> GraphSpec:
        path = next(iter(self._named(name, where)))
        if path.resolve() in chain:
            circle = " → ".join((*(one.stem for one in chain), name))
            raise DefinitionError(
                f"the graphs are nodes of each other in a circle: {circle}", where=where, mend="Cut it."
            )
        if len(chain) >= DEEPEST:
            raise DefinitionError(
                f"more than {DEEPEST} graphs are nodes of each other", where=where, mend="Flatten them."
            )
        return self.complete(read_graph(path.stem, self.merged(path, ())), (*chain, path.resolve()))

    def merged(self, path: Path, above: tuple[Path, ...]) -> Located:
        located = load_toml(path)
        base = located.data.get("extends")
        if base is None:
            return located
        where = str(located.locate(("extends",)))
        if not isinstance(base, str):
            raise DefinitionError(f"{base!r} is not the name of a graph", where=where, mend='Write extends = "refine".')
        chain = (*above, path.resolve())
        if len(chain) > LONGEST:
            mend = "Put what they share into one file."
            raise DefinitionError(f"more than {LONGEST} graphs extend each other", where=where, mend=mend)
        return _over(self.merged(self._parent(base, path, chain, where), chain), located)

    def _parent(self, base: str, path: Path, chain: tuple[Path, ...], where: str) -> Path:
        candidates = [self._file(base, path, where)] if _is_path(base) else self._named(base, where)
        # A name means the file that it shadows where the first one is the file that extends it.
        parent = next((one for one in candidates if one.resolve() not in chain), None)
        if parent is None:
            circle = " → ".join((*(one.stem for one in chain), Path(base).stem))
            raise DefinitionError(f"the graphs extend each other in a circle: {circle}", where=where, mend="Cut it.")
        return parent

    def _file(self, base: str, path: Path, where: str) -> Path:
        target = path.parent / base
        allowed = (self.root, path.parent) if self._is_plugins(path) else (self.root,)
        if "\0" in base or not any(target.resolve().is_relative_to(folder.resolve()) for folder in allowed):
            mend = "Name a graph on the search path, or a file in the project."
            raise DefinitionError(f"'{base}' lies outside of the project folder", where=where, mend=mend)
        if not target.is_file():
            raise DefinitionError(f"there is no file '{base}' to extend", where=where, mend="Check the path.")
        return target

    def _is_plugins(self, path: Path) -> bool:
        return not path.resolve().is_relative_to(self.root.resolve()) and self.shelf.is_of_plugin(path)

    def _named(self, base: str, where: str) -> Iterator[Path]:
        try:
            yield from self.shelf.candidates(base)
        except KeyError:
            error = self.shelf.missing(base)
            error.where = error.where or where
            raise error from None
        except DefinitionError as error:
            error.where = error.where or where
            raise


def _is_path(base: str) -> bool:
    return base.endswith(".toml") or "/" in base or "\\" in base


def _over(parent: Located, child: Located) -> Located:
    files = {key: parent.files.get(key, parent.file) for key in parent.lines if key not in child.lines}
    own = {key: value for key, value in child.data.items() if key != "extends"}
    inherited = {key: value for key, value in parent.data.items() if key not in OWN}
    return replace(child, data=_merge(inherited, own), lines={**parent.lines, **child.lines}, files=files)


def _merge(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    merged = dict(parent)
    for key, value in child.items():
        old = merged.get(key)
        if value is False and isinstance(old, dict):
            del merged[key]
        elif isinstance(value, dict) and isinstance(old, dict) and key not in REPLACED:
            merged[key] = _merge(old, value)
        else:
            merged[key] = value
    return merged
