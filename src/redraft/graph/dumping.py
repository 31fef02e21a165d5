"""A graph as the text of a graph file, and back."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from redraft.convergence import CHECKS, StopRules
from redraft.files import dump_toml, parse_toml
from redraft.graph.condition import AllOf, AnyOf, Atom, NoProblems, Not, Noted, Scored, StopCondition
from redraft.graph.measuring import bench_table
from redraft.graph.node import EvaluateNode
from redraft.graph.reading import read_graph

if TYPE_CHECKING:
    from redraft.graph.condition import Condition
    from redraft.graph.edge import Edge
    from redraft.graph.node import EvaluatorUse, Node
    from redraft.graph.spec import GraphSpec

__all__ = ["dump_graph", "parse_graph", "tables_of"]


def dump_graph(spec: GraphSpec) -> str:
    """Return the text of a graph file that says all of a graph, what it extended and its defaults included.

    Raises:
        UsageError: A parameter in it is null, which TOML does not have.

    Examples:
        >>> from redraft.graph.builder import Graph
        >>> print(dump_graph(Graph("once").node("w", agent="generator").edge("start", "w", "end").spec()), end="")
        redraft = 1
        <BLANKLINE>
        [nodes]
        w = { agent = "generator" }
        <BLANKLINE>
        [[edges]]
        path = ["start", "w", "end"]
    """
    return dump_toml(tables_of(spec))


def parse_graph(text: str, name: str = "graph") -> GraphSpec:
    """Return the graph of a graph file's text; it extends nothing.

    Args:
        text: The text.
        name: The graph's name.

    Raises:
        DefinitionError: The text is no TOML, or a key or a value in it is wrong, with its line.
    """
    return read_graph(name, parse_toml(text, f"graph {name}"))


def tables_of(spec: GraphSpec) -> dict[str, Any]:
    """Return the tables of a graph file that say all of a graph."""
    task = {"prompt": spec.prompt, "inputs": spec.inputs or None}
    tables: dict[str, Any] = {
        "redraft": 1,
        "description": spec.description,
        "embedded": spec.embedded,
        "reads": list(spec.reads),
        "task": {key: value for key, value in task.items() if value is not None},
        "nodes": {name: _node(node) for name, node in spec.nodes.items()},
        "edges": [_path(list(steps)) for _, steps in groupby(spec.edges, key=lambda edge: edge.path)],
        "stop": _stop(spec.stop),
        "bench": bench_table(spec.bench) if spec.bench else None,
    }
    return {key: value for key, value in tables.items() if value}


def _node(node: Node) -> dict[str, Any]:
    if isinstance(node, EvaluateNode):
        return _evaluate(node)
    return node.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)


def _evaluate(node: EvaluateNode) -> dict[str, Any]:
    weighted = {use.name: _weighted(use) for use in node.evaluators if not use.gate}
    gates = {use.name: dict(use.params) for use in node.evaluators if use.gate}
    table: dict[str, Any] = {"evaluators": weighted} if weighted else {}
    if gates:
        table["gates"] = gates if any(gates.values()) else list(gates)
    return table


def _weighted(use: EvaluatorUse) -> Any:
    return {"weight": use.weight, **use.params} if use.params else use.weight


def _path(steps: list[Edge]) -> dict[str, Any]:
    path: list[Any] = [steps[0].source]
    left = iter(steps)
    for edge in left:
        # A fan-out has an edge to each of its nodes, and then one from each of them.
        for _ in range((len(edge.fan) or (len(path[-1]) if isinstance(path[-1], list) else 1)) - 1):
            next(left)
        path.append(list(edge.fan) or edge.target)
    when = steps[0].when
    return {"path": path} | ({} if when is None else {"when": _condition(when)})


def _condition(condition: Condition) -> Any:
    match condition:
        case StopCondition():
            return "stop"
        case Atom(check=check, value=value):
            return {check: value.model_dump() if hasattr(value, "model_dump") else value}
        case Scored(evaluator=evaluator, least=least):
            return {"score": {evaluator: least}}
        case NoProblems():
            return {"critique": "empty"}
        case Noted(note=note, test=test, value=value):
            return {"note": {note: value if test == "is" else {test: value}}}
        case _:
            return _composed(condition)


def _composed(condition: AnyOf | AllOf | Not) -> dict[str, Any]:
    match condition:
        case Not(item=item):
            return {"not": _condition(item)}
        case AnyOf(items=items):
            return {"any": [_condition(item) for item in items]}
        case AllOf(items=items):
            return {"all": [_condition(item) for item in items]}


def _stop(rules: StopRules) -> dict[str, Any]:
    usual = StopRules()
    own = {name: getattr(rules, name) for name in CHECKS if getattr(rules, name) != getattr(usual, name)}
    advised = {"rounds": "auto"} if rules.auto else {}
    return {name: _rule(value) for name, value in own.items()} | advised | rules.plugins


def _rule(value: Any) -> Any:
    if value is None:
        return False
    return value.model_dump() if hasattr(value, "model_dump") else value
