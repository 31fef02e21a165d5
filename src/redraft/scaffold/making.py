"""What is made: a project, a plugin, an agent, a graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from redraft.errors import UsageError, nearest
from redraft.files import library, project_dir
from redraft.scaffold.names import identifier, require_name
from redraft.scaffold.rendering import rendered
from redraft.scaffold.writing import write

__all__ = ["Made", "make_agent", "make_graph", "make_one_file", "make_plugin", "make_project"]

_WRITES = ("critique", "draft", "note", "rating")

_PREFIX = "redraft-"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made.

    Args:
        folder: The folder that it lies in.
        files: The files that were written.
        next: The commands to go on with, in order, from the folder that one is in.
    """

    folder: Path
    files: tuple[Path, ...]
    next: tuple[str, ...]


def make_project(name: str, folder: Path | None = None) -> Made:
    """Make a project of that name.

    Args:
        name: The project's name, and that of its folder.
        folder: Where it is made; None for the working folder.

    Raises:
        UsageError: The name is none, or something is in the way.
    """
    require_name("a project", name)
    root = (folder or Path.cwd()) / name
    _require_free(root)
    made = write(root, rendered("project", {"name": name}))
    run = "redraft run -g caption -i words=dog,throw,ball,park"
    return Made(root, made, (f"cd {name}", "redraft check", run))


def make_plugin(name: str, folder: Path | None = None) -> Made:
    """Make a distribution with one evaluator.

    Args:
        name: The evaluator's name; the distribution is called redraft-NAME.
        folder: Where it is made; None for the working folder.

    Raises:
        UsageError: The name is none, or reserved, or something is in the way.
    """
    values = _plugin_values(name)
    root = (folder or Path.cwd()) / f"{_PREFIX}{values['name']}"
    _require_free(root)
    made = write(root, rendered("plugin", values))
    return Made(root, made, (f"pip install -e {root.name}", f"pytest {root.name}", "redraft evaluators ls"))


def make_one_file(name: str, project: Path | None = None) -> Made:
    """Make an evaluator for one project: a file in its plugins/.

    Args:
        name: The evaluator's name.
        project: The project folder; None to find it from the working folder.

    Raises:
        UsageError: The name is none, or reserved, or the file is there.
    """
    values = _plugin_values(name)
    root = project or project_dir()
    made = write(root, rendered("one-file", values))
    check = f'redraft evaluators test {values["name"]} --good "A cup of tea, please." --bad "Tea!"'
    return Made(root, made, ("redraft trust", check))


def make_agent(name: str, writes: str = "critique", project: Path | None = None) -> Made:
    """Make an agent in a project.

    Args:
        name: The agent's name.
        writes: What it writes.
        project: The project folder; None to find it from the working folder.

    Raises:
        UsageError: The name is none, or a shipped agent's, or the file is there.
    """
    require_name("an agent", name, reserved=_shipped("agents"))
    if writes not in _WRITES:
        what = f"an agent cannot write '{writes}'.{nearest(writes, _WRITES)}"
        raise UsageError(what, mend=f"It writes {', '.join(_WRITES)}.")
    root = project or project_dir()
    made = write(root, rendered(f"agent-{writes}", {"name": name}))
    return Made(root, made, (f"redraft check {_near(made[0])}", f"redraft agents show {name}"))


def make_graph(name: str, project: Path | None = None) -> Made:
    """Make a graph in a project.

    Args:
        name: The graph's name.
        project: The project folder; None to find it from the working folder.

    Raises:
        UsageError: The name is none, or a shipped graph's, or the file is there.
    """
    require_name("a graph", name, reserved=_shipped("graphs"))
    root = project or project_dir()
    made = write(root, rendered("graph", {"name": name}))
    return Made(root, made, (f"redraft check {name}", f'redraft run -g {name} -m MODEL "What is asked."'))


def _plugin_values(given: str) -> dict[str, str]:
    """Return what the templates of a plugin are filled with."""
    from redraft.builtin import redraft_evaluators

    name = given.removeprefix(_PREFIX)
    require_name("an evaluator", name, reserved={made.name for made in redraft_evaluators()}, code=True)
    module = identifier(name)
    title = "".join(part.capitalize() for part in module.split("_"))
    return {
        "name": name,
        "package": identifier(_PREFIX) + module,
        "module": module,
        "params": f"{title}Params",
        "title": title,
    }


def _shipped(kind: Literal["agents", "graphs"]) -> frozenset[str]:
    return frozenset(path.stem for path in (library() / kind).iterdir())


def _require_free(folder: Path) -> None:
    """Refuse a folder that has something in it."""
    try:
        taken = folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir())))
    except OSError:
        taken = True
    if taken:
        raise UsageError("it is there already", where=str(folder), mend="Nothing was written. Choose another name.")


def _near(path: Path) -> str:
    """Return a path as a person would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
