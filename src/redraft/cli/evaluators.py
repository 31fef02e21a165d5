"""`redraft evaluators`: what can score a draft."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from redraft.cli.conformance import conform
from redraft.cli.groups import AsJson, Name, group
from redraft.cli.selection import plugins
from redraft.cli.tables import print_card, print_rows

if TYPE_CHECKING:
    import typer

    from redraft.evaluation import Evaluator

__all__ = ["app", "ls", "show"]


def app() -> typer.Typer:
    """Return the command group."""
    commands = group("evaluators", "Evaluators: what scores a draft.", ls=ls, show=show)
    commands.command("test")(conform)
    return commands


def ls(*, as_json: AsJson = False) -> int:
    """List the evaluators."""
    registry = plugins().registry
    named = zip(registry.names("evaluators"), registry.entries("evaluators"), strict=True)
    rows = [_row(entry.thing) | {"name": name, "distribution": entry.distribution} for name, entry in named]
    print_rows(rows, ("name", "kind", "needs", "about", "distribution"), as_json=as_json)
    return 0


def show(name: Name, *, as_json: AsJson = False) -> int:
    """Show one evaluator: what it needs, and its parameters."""
    evaluator = plugins().registry.evaluator(name)
    schema = evaluator.params.model_json_schema()["properties"] if evaluator.params else {}
    params = schema if as_json else {key: _described(value) for key, value in schema.items()}
    print_card({**_row(evaluator), "timeout": evaluator.timeout, "params": params}, as_json=as_json)
    return 0


def _row(evaluator: Evaluator) -> dict[str, Any]:
    about = (inspect.getdoc(evaluator) or "").partition("\n")[0]
    return {"name": evaluator.name, "kind": evaluator.kind, "needs": list(evaluator.needs), "about": about}


def _described(schema: dict[str, Any]) -> str:
    kinds = [part.get("type", "") for part in schema.get("anyOf", [schema])]
    default = f", {schema['default']} if not given" if schema.get("default") is not None else ""
    about = f": {schema['description']}" if schema.get("description") else ""
    return " or ".join(kind for kind in kinds if kind and kind != "null") + default + about
