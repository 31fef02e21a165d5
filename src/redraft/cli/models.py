"""`redraft models`: the model files on this machine, and what one says about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.cli.groups import AsJson, Name, group
from redraft.cli.tables import print_card, print_rows

if TYPE_CHECKING:
    import typer

    from redraft.catalog.models import ModelFile

__all__ = ["app", "ls", "show"]

_MEGABYTE = 1_000_000


def app() -> typer.Typer:
    """Return the command group."""
    return group("models", "Models: GGUF files on this machine.", ls=ls, show=show)


def ls(*, as_json: AsJson = False) -> int:
    """List the models that a name stands for."""
    from redraft.catalog.models import models
    from redraft.files import project_dir

    rows = [_row(model) for model in models(project_dir())]
    print_rows(rows, ("name", "origin", "size", "path"), as_json=as_json)
    return 0


def show(name: Name, *, as_json: AsJson = False) -> int:
    """Show what a model's file says about itself."""
    import os

    from redraft.catalog.header import inspect
    from redraft.catalog.models import resolve
    from redraft.files import load_config, project_dir

    model = resolve(name, serves_embedded=True, config=load_config(project_dir()), environ=os.environ)
    header = inspect(model.path)
    card = {
        **_row(model),
        "architecture": header.architecture,
        "context_length": header.context_length,
        "tensors": header.tensor_count,
        "chat_template": bool(header.chat_template),
        "card": header.metadata.get("redraft.card"),
    }
    print_card(card, as_json=as_json)
    return 0


def _row(model: ModelFile) -> dict[str, Any]:
    size = f"{model.size / _MEGABYTE:.1f} MB" if model.size is not None else None
    return {"name": model.name, "origin": model.origin, "size": size, "path": str(model.path)}
