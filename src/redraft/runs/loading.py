"""How a caller opens a model once, to hand it to many runs."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from redraft.catalog.models import resolve
from redraft.files import load_config, project_dir
from redraft.llama.opening import open_engine
from redraft.plugins import load_plugins

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from redraft.llama.interface import Engine

__all__ = ["load_model"]


def load_model(name: str | None = None, *, project: Path | None = None, **how: Any) -> Engine:
    """Open a model, to be handed to `run(..., model=…)` as often as one likes; close it when done.

    Args:
        name: A model's name, alias or file; None for the one that is configured. Plugins are asked last.
        project: The project folder; None to find it from the working folder.
        **how: What the engine is opened with; docs/engine.md has the list.

    Raises:
        ModelError: The model is missing or cannot be loaded.
        UsageError: A setting is out of its range.
    """
    config = load_config(project or project_dir())
    file = resolve(name, serves_embedded=False, config=config, environ=os.environ, plugged=lambda: _plugged(project))
    return open_engine(file.path, on_warning=logging.getLogger("redraft").warning, **how)


def _plugged(project: Path | None) -> Mapping[str, Path]:
    return load_plugins(project).registry.things("models")
