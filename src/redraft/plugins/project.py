"""Plugins of a project: the Python files in its `plugins/`, loaded once the user trusts them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from redraft.errors import PluginError
from redraft.files.folders import project_dir
from redraft.onefile import digest_of, load_file, module_name, read_code
from redraft.origin import Origin
from redraft.plugins.candidate import Candidate
from redraft.plugins.info import PluginFailure
from redraft.plugins.source import Source
from redraft.plugins.trust import is_trusted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["NOT_TRUSTED", "code_files", "of_project", "plugins_folder"]

NOT_TRUSTED = "not trusted: run `redraft trust`"


def code_files(project: Path | None = None) -> list[Path]:
    """Return the one-file plugins of a project, by name; the distributions in the same folder are none.

    Args:
        project: The project folder; None to find it from the working folder.
    """
    try:
        return sorted(path for path in plugins_folder(project or project_dir()).iterdir() if _is_plugin(path))
    except OSError:
        return []


def plugins_folder(project: Path) -> Path:
    """Return where a project's one-file plugins are, by the one path that trust is written down for."""
    return (project / "plugins").resolve()


def of_project(project: Path | None = None) -> Iterator[Candidate]:
    """Yield a project's one-file plugins, each read once: what is loaded later is what is looked at here."""
    for path in code_files(project):
        yield _candidate(path)


def _is_plugin(path: Path) -> bool:
    return path.suffix == ".py" and not path.name.startswith((".", "_")) and path.is_file()


def _candidate(path: Path) -> Candidate:
    sha256, failure = "", None
    try:
        sha256 = digest_of(read_code(path))
    except PluginError as error:
        failure = PluginFailure("import", error.what)
    if sha256 and not is_trusted(path, sha256):
        failure = PluginFailure("trust", NOT_TRUSTED)
    return Candidate(
        name=path.stem,
        distribution=path.name,
        version=sha256[:12],
        origin=Origin(path.name, path.stem, module_name(path, sha256), path, sha256),
        load=partial(load_file, path, sha256),
        read=lambda: Source(path),
        failure=failure,
    )
