"""`redraft models`: the model files on this machine, what one says about itself, and what it does here."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from redraft.cli.groups import AsJson, Name, group
from redraft.cli.selection import plugins
from redraft.cli.tables import print_card, print_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import typer

    from redraft.catalog.models import ModelFile
    from redraft.llama.machine.bench import Bench, Fit

__all__ = ["app", "bench", "ls", "show"]

_MEGABYTE = 1_000_000


def app() -> typer.Typer:
    """Return the command group."""
    commands = group("models", "Models: GGUF files on this machine.", ls=ls, show=show)
    commands.command("bench")(bench)
    return commands


def ls(*, as_json: AsJson = False) -> int:
    """List the models that a name stands for."""
    from redraft.catalog.models import models
    from redraft.files import project_dir

    rows = [_row(model) for model in models(project_dir(), _of_plugins())]
    print_rows(rows, ("name", "origin", "size", "path"), as_json=as_json)
    return 0


def show(name: Name, *, as_json: AsJson = False) -> int:
    """Show what a model's file says about itself."""
    from redraft.catalog.header import inspect
    from redraft.catalog.purpose import purpose

    model = _named(name)
    header = inspect(model.path)
    card = {
        **_row(model),
        "purpose": purpose(header),
        "architecture": header.architecture,
        "context_length": header.context_length,
        "tensors": header.tensor_count,
        "chat_template": bool(header.chat_template),
        "labels": ", ".join(header.labels) or None,
        "card": header.metadata.get("redraft.card"),
    }
    print_card(card, as_json=as_json)
    return 0


def bench(name: Name, *, as_json: AsJson = False) -> int:
    """Measure a model: its rates, what steps of several rows cost, and what fits into memory."""
    from redraft.llama.machine.bench import bench as measure

    model = _named(name)
    found = measure(model.path)
    card = {"name": model.name, **(asdict(found) if as_json else _measured(found))}
    print_card(card, as_json=as_json)
    return 0


def _measured(found: Bench) -> dict[str, Any]:
    """Return what was measured as people read it."""
    from redraft.llama.machine.fit import readable

    profile, single = found.profile, found.profile.costs[1]
    disturbed = None if profile.quiet else "yes: other processes used the processors"
    costs = [f"{rows}: {_time(cost)}, {cost / single:.1f} times one row" for rows, cost in profile.costs.items()]
    return {
        "prefill": f"{found.prefill:,.0f} tokens/s",
        "decode": f"{found.decode:,.1f} tokens/s",
        "threads": f"{profile.threads} for one row, {profile.threads_batch} for several",
        "disturbed": disturbed,
        "weights": f"{readable(found.weights)}{', layers of them on a GPU' if found.offloaded else ''}",
        "memory": f"{readable(found.free)} free",
        "steps by their rows": "\n".join(costs),
        "fits": "\n".join(_fits(fit) for fit in found.fits),
    }


def _fits(fit: Fit) -> str:
    sequences = " or ".join(f"{count:,} of {length:,}" for length, count in fit.sequences.items())
    beside = f"; side by side {sequences}" if sequences else ""
    return f"{fit.kv_type}: a context of {fit.context:,} tokens, a pool of {fit.pool:,}{beside}"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.2f} s"


def _named(name: str) -> ModelFile:
    import os

    from redraft.catalog.models import resolve
    from redraft.files import load_config, project_dir

    config = load_config(project_dir())
    return resolve(name, serves_embedded=True, config=config, environ=os.environ, plugged=_of_plugins)


def _of_plugins() -> Mapping[str, Path]:
    return plugins().registry.things("models")


def _row(model: ModelFile) -> dict[str, Any]:
    size = f"{model.size / _MEGABYTE:.1f} MB" if model.size is not None else None
    return {"name": model.name, "origin": model.origin, "size": size, "path": str(model.path)}
