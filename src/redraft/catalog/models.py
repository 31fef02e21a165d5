"""Model files: which there are, and which one serves a name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from redraft.errors import ModelError, nearest
from redraft.files import data_dir, embedded_model, load_config

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redraft.files import Config

__all__ = ["EMBEDDED", "ModelFile", "ModelOrigin", "models", "resolve"]

EMBEDDED = "embedded"
"""The name of the model that redraft brings."""

ModelOrigin: TypeAlias = Literal["embedded", "alias", "data", "path", "plugin"]

_MEND = 'Name a GGUF file: -m FILE, or REDRAFT_MODEL=FILE, or model = "FILE" in config.toml.'


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model's name and its file, which may turn out to be missing or unsound."""

    name: str
    path: Path
    origin: ModelOrigin

    @property
    def size(self) -> int | None:
        """The file's bytes; None where there is no such file."""
        try:
            return self.path.stat().st_size
        except (OSError, ValueError):
            return None


def models(project: Path | None = None, plugged: Mapping[str, Path] | None = None) -> list[ModelFile]:
    """Return the models that have a name, by name; a configured alias goes before a file of that name.

    Args:
        project: The project folder; None to find it from the working folder.
        plugged: The model files of plugins, by the names that reach them.

    Raises:
        DefinitionError: A configuration file is wrong.
    """
    found = {name: ModelFile(name, path, "plugin") for name, path in (plugged or {}).items()}
    found |= _named(load_config(project))
    return [found[name] for name in sorted(found)]


def resolve(
    name: str | None,
    *,
    serves_embedded: bool,
    config: Config,
    environ: Mapping[str, str] | None = None,
    plugged: Callable[[], Mapping[str, Path]] = dict,
) -> ModelFile:
    """Return the file that serves a model's name.

    Args:
        name: A name or a file; None or `default` for what REDRAFT_MODEL, then the configuration, names, and the
            embedded model last.
        serves_embedded: Whether the embedded model may serve unasked.
        config: The configuration.
        environ: The environment; None for the process's own.
        plugged: Returns the model files of plugins, by the names that reach them; called where nothing else has the
            name.

    Raises:
        ModelError: Nothing has that name, or there is no model to use.
        DefinitionError: Two plugins bring a model of that name.
        PluginError: The plugin that brings it was not loaded.
    """
    asked = name if name and name != "default" else (environ or os.environ).get("REDRAFT_MODEL") or config.model
    if asked:
        return _find(asked, config, plugged)
    if serves_embedded:
        return _find(EMBEDDED, config, plugged)
    raise ModelError("this task needs a model, and none is named", mend=f"{_MEND} Or try -m embedded.")


def _find(name: str, config: Config, plugged: Callable[[], Mapping[str, Path]]) -> ModelFile:
    shown = repr(name[:80])
    if "\0" in name or any("\ud800" <= char <= "\udfff" for char in name):
        raise ModelError(f"{shown} cannot be the name of a model", mend=_MEND)
    if name.lower().startswith(("http://", "https://")):
        raise ModelError(f"{shown} is a remote model; those are not supported in this version", mend=_MEND)
    known = _named(config)
    if name in known:
        return known[name]
    file = ModelFile(Path(name).stem, _expanded(name), "path")
    if _is_path(name) or file.size is not None:
        return file
    brought = plugged()
    if name in brought:
        return ModelFile(name, brought[name], "plugin")
    raise ModelError(f"there is no model {shown}.{nearest(name, [*known, *brought])}", mend=_MEND)


def _named(config: Config) -> dict[str, ModelFile]:
    found = {path.stem: ModelFile(path.stem, path, "data") for path in _files(data_dir() / "models")}
    found |= {name: ModelFile(name, _expanded(path), "alias") for name, path in config.models.items()}
    return found | {EMBEDDED: ModelFile(EMBEDDED, embedded_model(), "embedded")}


def _is_path(name: str) -> bool:
    separated = name.startswith("~") or any(mark in name for mark in {"/", os.sep})
    return separated or name.lower().endswith(".gguf")


def _expanded(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:
        # Nobody's home can be found.
        return Path(name)


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("*.gguf"))
    except OSError:
        return []
