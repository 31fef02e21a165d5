"""The file of a model, as a run finds it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from redraft.catalog.models import resolve
from redraft.files import load_config

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.catalog.models import ModelFile
    from redraft.graph.spec import GraphSpec
    from redraft.registry import Registry

__all__ = ["model_file"]


def model_file(name: str | None, spec: GraphSpec, project: Path, registry: Registry) -> ModelFile:
    """Return the file of a model's name; None looks up what serves `default` in a graph.

    Raises:
        ModelError: No model is named, or there is none of that name.
    """
    return resolve(
        name,
        serves_embedded=spec.embedded,
        config=load_config(project),
        environ=os.environ,
        plugged=lambda: registry.things("models"),
    )
