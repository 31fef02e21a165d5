"""The folders that redraft looks in. None is created here, and none needs to exist."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs

__all__ = ["cache_dir", "config_dir", "data_dir", "embedded_model", "library", "project_dir"]

_KINDS = {"agents": "*.md", "graphs": "*.toml", "plugins": "*.py"}


def library() -> Path:
    """Return the shipped library: in the installed package, or the root of a checkout."""
    installed = _package() / "_library"
    return installed if installed.is_dir() else _package().parents[1]


def embedded_model() -> Path:
    """Return where the embedded model is; a checkout may not have made it yet."""
    installed = _package() / "_library" / "models" / "embedded.gguf"
    return installed if installed.exists() else _package().parents[1] / "training" / "embedded.gguf"


def config_dir() -> Path:
    """Return the user's configuration folder."""
    return _user_folder("REDRAFT_CONFIG_DIR", "user_config_path", "config")


def data_dir() -> Path:
    """Return the user's data folder, where models live."""
    return _user_folder("REDRAFT_DATA_DIR", "user_data_path", "data")


def cache_dir() -> Path:
    """Return the user's cache folder: all that is in it can be made again."""
    return _user_folder("REDRAFT_CACHE_DIR", "user_cache_path", "cache")


def project_dir(start: Path | None = None) -> Path:
    """Return the nearest folder upwards that holds agents, graphs, plugins of one file or settings; else the start."""
    start = _working_folder() if start is None else start.absolute()
    return next((folder for folder in (start, *start.parents) if _is_project(folder)), start)


def _is_project(folder: Path) -> bool:
    try:
        return any(any((folder / kind).glob(files)) for kind, files in _KINDS.items()) or _has_config(folder)
    except OSError:
        return False


def _has_config(folder: Path) -> bool:
    return (folder / "config.toml").is_file() and (folder / "config.toml").parent != config_dir()


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except OSError:  # the folder was removed under us
        return Path(tempfile.gettempdir())


def _user_folder(variable: str, name: str, kind: str) -> Path:
    named = os.environ.get(variable)
    if named:
        return Path(named).absolute()
    try:
        return Path(getattr(platformdirs, name)("redraft", appauthor=False))
    except (OSError, RuntimeError, KeyError):  # no HOME and no entry in the password file
        return Path(tempfile.gettempdir()) / "redraft" / kind


def _package() -> Path:
    return Path(__file__).resolve().parents[1]
