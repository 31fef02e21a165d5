"""`redraft trust` and `redraft untrust`: which Python files of projects may run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from redraft.cli.groups import AsJson  # noqa: TC001 -- typer reads it at run time
from redraft.cli.tables import print_rows
from redraft.errors import UsageError

if TYPE_CHECKING:
    from redraft.plugins.trust import Trusted

__all__ = ["trust", "untrust"]

_DIGITS = 12

Target = Annotated[
    str | None,
    typer.Argument(metavar="PATH", help="A project, or one file in its plugins/; this project where it is left out."),
]


def trust(
    path: Target = None,
    *,
    as_list: Annotated[bool, typer.Option("--list", help="List what is trusted, and change nothing.")] = False,
    as_json: AsJson = False,
) -> int:
    """Let the Python files in a project's plugins/ run, until they change."""
    from redraft.onefile import digest_of, read_code
    from redraft.plugins.source import Source
    from redraft.plugins.trust import is_trusted, trusted
    from redraft.plugins.trust import trust as trust_file

    if as_list:
        print_rows([_kept(one) for one in trusted()], ("path", "sha256", "state"), as_json=as_json)
        return 0
    rows = []
    for file in _files(path):
        sha256 = digest_of(read_code(file))
        state = "trusted already" if is_trusted(file, sha256) else "trusted from now on"
        trust_file(file, sha256)
        rows.append({"path": str(file), "sha256": sha256, "hooks": list(Source(file).hooks()), "state": state})
    seen = rows if as_json else [row | {"sha256": str(row["sha256"])[:_DIGITS]} for row in rows]
    print_rows(seen, ("path", "sha256", "hooks", "state"), as_json=as_json)
    if not as_json and sys.stderr is not None:
        sys.stderr.write("They can do whatever you can do. One that changes has to be trusted again.\n")
    return 0


def untrust(path: Target = None, *, as_json: AsJson = False) -> int:
    """Let the Python files of a project run no longer."""
    from redraft.plugins.project import plugins_folder
    from redraft.plugins.trust import forget, trusted

    target = _target(path)
    known = [one.path for one in trusted() if one.path == target or one.path.parent == plugins_folder(target)]
    if not known:
        raise UsageError("nothing there is trusted", where=str(target), mend="See `redraft trust --list`.")
    rows = [{"path": str(file), "state": "no longer trusted"} for file in known if forget(file)]
    print_rows(rows, ("path", "state"), as_json=as_json)
    return 0


def _kept(one: Trusted) -> dict[str, Any]:
    from redraft.errors import PluginError
    from redraft.onefile import digest_of, read_code

    try:
        state = "trusted" if digest_of(read_code(one.path)) == one.sha256 else "has changed since: not trusted"
    except PluginError as error:
        state = f"not trusted: {error.what}"
    return {"path": str(one.path), "sha256": one.sha256, "state": state}


def _files(path: str | None) -> list[Path]:
    from redraft.plugins.project import code_files

    target = _target(path)
    found = [target] if target in code_files(target.parent.parent) else code_files(target)
    if not found:
        what = "there is no Python file in its plugins/" if target.is_dir() else "this is no file in a plugins/"
        raise UsageError(what, where=str(target), mend="Name a project folder, or a file plugins/NAME.py in one.")
    return found


def _target(path: str | None) -> Path:
    from redraft.files import project_dir

    target = project_dir() if path is None else Path(path)
    if target.is_dir():
        target = target.resolve()
        return target.parent if target.name == "plugins" else target
    return target.parent.resolve() / target.name
