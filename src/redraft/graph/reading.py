"""How the tables of a graph file become a graph."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import Field, ValidationError

from redraft.convergence import CHECKS, StopRules
from redraft.errors import DefinitionError, nearest
from redraft.files import Located, validate
from redraft.graph.spec import (
    AgentNode,
    AllOf,
    AnyOf,
    Atom,
    Condition,
    Edge,
    EvaluateNode,
    EvaluatorUse,
    GraphSpec,
    InputType,
    Node,
    Not,
    StopCondition,
)
from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_graph"]

LATER = {"graph": "another graph", "human": "a human gate", "select": "a selection", "call": "a function"}
RESERVED = ("start", "end")
M = TypeVar("M", bound=Value)

NODE_NAME = re.compile(r"(?!__)[A-Za-z0-9_-]+")


class _TaskTable(Value):
    prompt: str | None = None
    inputs: dict[str, InputType] = Field(default_factory=dict)


class _EdgeTable(Value):
    path: list[Any] = Field(min_length=2)
    when: Any = None


class _File(Value):
    """The keys of a graph file."""

    redraft: Literal[1]
    extends: str | None = None
    description: str = ""
    embedded: bool = False
    task: _TaskTable = _TaskTable()
    nodes: dict[str, dict[str, Any]] = Field(default_factory=dict)
    edges: list[_EdgeTable] = Field(default_factory=list)
    stop: dict[str, Any] = Field(default_factory=dict)


def read_graph(name: str, located: Located) -> GraphSpec:
    """Return the graph that a file's tables describe.

    Args:
        name: The graph's name.
        located: The tables, `extends` already merged in, and where their keys stand.

    Raises:
        DefinitionError: A key, a value or a name in it is wrong; the message has file, line and key.
    """
    file = validate(_File, located)
    reader = _Reader(located)
    return GraphSpec(
        name=name,
        description=file.description,
        embedded=file.embedded,
        prompt=file.task.prompt,
        inputs=file.task.inputs,
        nodes={node: reader.node(node, table) for node, table in file.nodes.items()},
        edges=tuple(edge for number, table in enumerate(file.edges) for edge in reader.edges(number, table)),
        stop=reader.stop(file.stop),
    ).at(located)


class _Reader:
    """Reads the parts of one file; knows where they stand."""

    def __init__(self, located: Located) -> None:
        self._located = located

    def node(self, name: str, table: dict[str, Any]) -> Node:
        if name in RESERVED or not NODE_NAME.fullmatch(name):
            why = "is reserved" if name in RESERVED else "is not made of letters, digits, '_' and '-' alone"
            raise self._error(f"the node name '{name}' {why}", "nodes", name, mend="Call the node something else.")
        if "agent" in table:
            return self._valid(AgentNode, table, "nodes", name)
        if "evaluators" in table or "gates" in table:
            return self._evaluate(name, table)
        later = next((LATER[key] for key in table if key in LATER), None)
        what = f"{later} as a node is not supported yet" if later else "a node needs 'agent' or 'evaluators'"
        raise self._error(what, "nodes", name, mend="A node is { agent = … } or { evaluators = { … }, gates = [ … ] }.")

    def _evaluate(self, name: str, table: dict[str, Any]) -> EvaluateNode:
        for key in table:
            if key not in {"evaluators", "gates"}:
                raise self._error(f"unknown key '{key}'.{nearest(key, ('evaluators', 'gates'))}", "nodes", name, key)
        uses = [*self._uses(name, "evaluators", table.get("evaluators", {}))]
        return EvaluateNode(evaluators=(*uses, *self._uses(name, "gates", table.get("gates", {}))))

    def _uses(self, node: str, key: str, uses: Any) -> Iterator[EvaluatorUse]:
        gate = key == "gates"
        if gate and isinstance(uses, list) and all(isinstance(use, str) for use in uses):
            uses = {use: {} for use in uses}
        if not isinstance(uses, dict):
            wanted = "a list of names, or a table" if gate else "a table: name = weight"
            raise self._error(f"'{key}' must be {wanted}", "nodes", node, key)
        for name, use in uses.items():
            params = dict(use) if isinstance(use, dict) else {"weight": use}
            weight = params.pop("weight", 1.0)
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < float("inf"):
                raise self._error(
                    f"the weight of '{name}' must be a number from 0, not {weight!r}", "nodes", node, key, name
                )
            yield self._valid(
                EvaluatorUse, {"name": name, "weight": weight, "params": params, "gate": gate}, "nodes", node, key, name
            )

    def edges(self, number: int, table: _EdgeTable) -> Iterator[Edge]:
        for stop in table.path:
            if isinstance(stop, list):
                mend = "Name one node at each step of a path."
                raise self._error("a fan-out in a path is not supported yet", "edges", number, "path", mend=mend)
            if not isinstance(stop, str):
                raise self._error(f"a path is a list of node names, not {stop!r}", "edges", number, "path")
        when = None if table.when is None else self._condition(table.when, ("edges", number, "when"))
        for step, (source, target) in enumerate(zip(table.path, table.path[1:], strict=False)):
            yield Edge(source=source, target=target, when=when if step == 0 else None, path=number)

    def _condition(self, when: Any, path: tuple[str | int, ...]) -> Condition:
        if when == "stop":
            return StopCondition()
        if not isinstance(when, dict) or not when:
            raise self._error(f"'when' is \"stop\" or a table of checks, not {when!r}", *path)
        parts = [self._part(key, value, path) for key, value in when.items()]
        return parts[0] if len(parts) == 1 else AllOf(items=tuple(parts))

    def _part(self, key: str, value: Any, path: tuple[str | int, ...]) -> Condition:
        if key == "not":
            return Not(item=self._condition(value, path))
        if key not in {"any", "all"}:
            return Atom(check=key, value=self._setting(key, value, path))
        if not isinstance(value, list) or not value:
            raise self._error(f"'{key}' takes a list of conditions", *path)
        items = tuple(self._condition(item, path) for item in value)
        return AnyOf(items=items) if key == "any" else AllOf(items=items)

    def _setting(self, check: str, value: Any, path: tuple[str | int, ...]) -> Any:
        if check not in CHECKS:
            return value
        return getattr(self._valid(StopRules, {check: value}, *path), check)

    def stop(self, table: dict[str, Any]) -> StopRules:
        own = {key: value for key, value in table.items() if key in CHECKS}
        optional = {key for key in own if StopRules.model_fields[key].default is None or key == "oscillation"}
        own = {key: None if value is False and key in optional else value for key, value in own.items()}
        plugins = {key: value for key, value in table.items() if key not in CHECKS}
        return self._valid(StopRules, own | {"plugins": plugins}, "stop")

    def _valid(self, model: type[M], table: dict[str, Any], *path: str | int) -> M:
        try:
            return model.model_validate(table)
        except ValidationError as error:
            first = error.errors()[0]
            key = [part for part in first["loc"] if part not in path]
            if first["type"] == "extra_forbidden":
                what = f"unknown key '{key[-1]}'.{nearest(str(key[-1]), model.model_fields)}"
            else:
                what = f"{first['msg'].removeprefix('Value error, ')}, not {first['input']!r:.60}"
            raise self._error(what, *path, *key) from error

    def _error(self, what: str, *path: str | int, mend: str | None = None) -> DefinitionError:
        return DefinitionError(what, where=str(self._located.locate(path)), mend=mend)
