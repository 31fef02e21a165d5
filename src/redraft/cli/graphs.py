"""`redraft graphs`: the graph files that are found, what is in one, and what it looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.cli.draw import draw
from redraft.cli.groups import AsJson, Name, group
from redraft.cli.selection import plugins
from redraft.cli.tables import found_row, print_card, print_rows

if TYPE_CHECKING:
    from pathlib import Path

    import typer

    from redraft.graph.condition import Condition, Leaf, StopCondition
    from redraft.graph.measuring import Bench
    from redraft.graph.spec import CallNode, Edge, EvaluatorUse, GraphSpec, Node

__all__ = ["app", "ls", "show"]


def app() -> typer.Typer:
    """Return the command group."""
    found = group("graphs", "Graphs: who writes, who scores, when it ends.", ls=ls, show=show)
    found.command("draw")(draw)
    return found


def ls(*, as_json: AsJson = False) -> int:
    """List the graphs, where each came from, and what it shadows."""
    from redraft.plugins.shelf import Shelf

    shelf = Shelf("graphs", plugins=plugins())
    rows = [found_row(found, _facts, own="inputs") for found in shelf.all()]
    print_rows(rows, ("name", "origin", "distribution", "inputs", "description", "shadows"), as_json=as_json)
    return 0


def show(name: Name, *, as_json: AsJson = False) -> int:
    """Show one graph: its task, its nodes, its edges and its stop rules."""
    from redraft import load_graph

    spec = load_graph(name, plugins=plugins())
    card = spec.model_dump(mode="json", exclude_none=True)
    print_card(card if as_json else card | _drawn(spec), as_json=as_json)
    return 0


def _facts(path: Path) -> dict[str, Any]:
    from redraft import load_graph

    spec = load_graph(path, plugins=plugins())
    return {"inputs": list(spec.inputs), "description": spec.description}


def _drawn(spec: GraphSpec) -> dict[str, Any]:
    """Return what a person reads in place of the nodes, edges and rules as data."""
    from redraft.graph.condition import setting_of

    usual = type(spec.stop)().model_dump()
    rules = {n: v for n, v in spec.stop.model_dump().items() if n == "rounds" or v != usual[n]}
    return {
        "nodes": "\n".join(f"{name}: {_node(node)}" for name, node in spec.nodes.items()),
        "edges": "\n".join(f"{e.source} → {e.target}" + _guard(e) for e in (*spec.edges, *spec.fallbacks)),
        "stop": "\n".join(f"{name} = {setting_of(value)}" for name, value in rules.items()),
    } | ({"bench": _measured(spec.bench)} if spec.bench else {})


def _measured(bench: Bench) -> str:
    tasks = f"\ntasks {bench.tasks}" if bench.tasks else ""
    return f"{', '.join(map(_use, bench.truth))}\nright from {bench.right:g}{tasks}"


def _node(node: Node) -> str:
    if node.kind == "agent":
        return f"agent {node.agent}" + (f", {node.samples} samples" if node.samples > 1 else "")
    if node.kind == "human":
        return f"asks: {node.human}" + (f" ({'/'.join(node.choices)})" if node.choices else "")
    if node.kind == "graph":
        return f"graph {node.graph}" + ("" if node.rounds is None else f", {node.rounds} rounds")
    if node.kind == "select":
        of, keep = f" of {node.of}" if node.of else "", f", keep {node.keep}" if node.keep > 1 else ""
        return f"select {node.select}{of}{keep}"
    if node.kind == "call":
        return f"call {node.call}, which writes {_written(node)}"
    return ", ".join(_use(use) for use in node.evaluators)


def _written(node: CallNode) -> str:
    return f"a {node.writes}" if isinstance(node.writes, str) else f"the notes {', '.join(node.writes)}"


def _use(use: EvaluatorUse) -> str:
    params = "".join(f", {name} {value}" for name, value in use.params.items())
    return f"{use.name} ({'gate' if use.gate else f'weight {use.weight:g}'}{params})"


def _guard(edge: Edge) -> str:
    if edge.fallback:
        return "  when it fails"
    return f"  when {_when(edge.when)}" if edge.when else ""


def _when(condition: Condition) -> str:
    if condition.kind == "not":
        return f"not ({_when(condition.item)})"
    if condition.kind == "any":
        return " or ".join(_when(item) for item in condition.items)
    if condition.kind == "all":
        return " and ".join(_when(item) for item in condition.items)
    return _told(condition)


def _told(condition: StopCondition | Leaf) -> str:
    from redraft.graph.condition import setting_of

    match condition.kind:
        case "check":
            return f"{condition.check} {setting_of(condition.value)}"
        case "scored":
            return f"{condition.evaluator} {condition.least:g}"
        case "noted":
            return f"note {condition.note} {condition.test.replace('_', ' ')} {condition.value}"
        case "no_problems":
            return "the critique is empty"
        case _:
            return "stop"
