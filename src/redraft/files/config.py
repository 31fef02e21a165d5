"""The settings file: the project's `config.toml` over the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from redraft.errors import DefinitionError
from redraft.files.folders import config_dir, project_dir
from redraft.files.toml import load_toml
from redraft.files.validation import validate
from redraft.task import Value

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Config", "load_config"]


class Config(Value):
    """What a settings file may say: the model that serves `default`, short names for models, the network.

    `allow_network` counts in the user's own file alone.
    """

    allow_network: bool = Field(default=False, strict=True)
    model: str | None = Field(default=None, min_length=1)
    models: dict[str, str] = Field(default_factory=dict)


def load_config(project: Path | None = None) -> Config:
    """Return the settings; what the project says wins over what the user says.

    Args:
        project: The project folder; None to find it from the working folder.

    Raises:
        DefinitionError: A settings file is wrong, or a project's allows the network.
    """
    folder = project or project_dir()
    user, own = _read(config_dir()), _read(folder)
    if own.allow_network and folder.resolve() != config_dir().resolve():
        mend = "Remove it; allow it in your own config.toml, or with --allow-network."
        where = f"{folder / 'config.toml'} allow_network"
        raise DefinitionError("a project cannot allow the network", where=where, mend=mend)
    return Config(allow_network=user.allow_network, model=own.model or user.model, models=user.models | own.models)


def _read(folder: Path) -> Config:
    path = folder / "config.toml"
    return validate(Config, load_toml(path)) if path.is_file() else Config()
