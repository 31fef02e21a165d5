"""The JSON Schema of graph files: editors complete from it, and mark what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redraft.convergence import StopRules
from redraft.graph.measuring import BenchTable
from redraft.graph.node import AgentNode, AgentSettings, CallNode, EvaluatorUse, GraphNode, HumanNode, SelectNode
from redraft.graph.path_reading import WIDEST
from redraft.graph.reading import GraphFile
from redraft.schemas import DIALECT

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["graph_schema"]

_KINDS: dict[str, type[BaseModel]] = {
    "agent": AgentNode,
    "call": CallNode,
    "select": SelectNode,
    "graph": GraphNode,
    "human": HumanNode,
}
_UNIT = {"type": "number", "minimum": 0, "maximum": 1}


def graph_schema() -> dict[str, Any]:
    """Return the JSON Schema of a graph file.

    What a file that extends another one leaves out may stand there, so its nodes need not say what they are.
    """
    definitions: dict[str, Any] = {}
    file = _of(GraphFile, definitions)
    file["$schema"], file["title"] = DIALECT, "A redraft graph file"
    nodes = [*(_node(kind, definitions) for kind in _KINDS), _evaluate_node()]
    partly = [{key: value for key, value in node.items() if key not in {"required", "anyOf"}} for node in nodes]
    file["properties"] |= {
        "nodes": {"type": "object", "additionalProperties": {"anyOf": [*partly, {"const": False}]}},
        "edges": {"type": "array", "items": _edge()},
        "stop": _stop_table(definitions),
        "defaults": _of(AgentSettings, definitions),
        "bench": _bench(definitions),
    }
    whole = {"properties": {"nodes": {"type": "object", "additionalProperties": {"anyOf": nodes}}}}
    file["if"], file["else"] = {"required": ["extends"]}, whole
    definitions["Condition"] = _condition(definitions)
    return file | {"$defs": definitions}


def _of(model: type[BaseModel], definitions: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/$defs/{model}")
    definitions |= schema.pop("$defs", {})
    kept: dict[str, Any] = _without_null(schema)
    return kept


def _without_null(schema: Any) -> Any:
    """Return a schema without the null that stands for what is left out: no TOML file has one."""
    if isinstance(schema, list):
        return [_without_null(one) for one in schema if one != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _without_null(value) for key, value in schema.items() if not (key == "default" and value is None)}
    options = kept.get("anyOf")
    if isinstance(options, list) and len(options) == 1:
        return {key: value for key, value in kept.items() if key != "anyOf"} | options[0]
    return kept


def _node(kind: str, definitions: dict[str, Any]) -> dict[str, Any]:
    schema = _of(_KINDS[kind], definitions)
    schema["properties"].pop("kind")
    if "retry" in schema["properties"]:
        schema["properties"]["retry"] = _retry()
    return schema


def _retry() -> dict[str, Any]:
    return {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 10}, {"$ref": "#/$defs/Retry"}]}


def _weighted() -> dict[str, Any]:
    weight = EvaluatorUse.model_json_schema()["properties"]["weight"]
    weighted = {"anyOf": [weight, {"type": "object", "properties": {"weight": weight}}]}
    return {"type": "object", "additionalProperties": weighted}


def _bench(definitions: dict[str, Any]) -> dict[str, Any]:
    schema = _of(BenchTable, definitions)
    schema["properties"] |= {
        "truth": _weighted() | {"minProperties": 1},
        "tasks": {"type": "string", "pattern": r"^(?!/)(?!(.*/)?\.\.(/|$))[^\\:]*[^\\:/]\.jsonl$"},
    }
    return schema


def _evaluate_node() -> dict[str, Any]:
    names = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    gates = {"type": "object", "additionalProperties": {"type": "object"}}
    return {
        "title": "EvaluateNode",
        "description": "A node that has the current draft evaluated.",
        "type": "object",
        "properties": {
            "evaluators": _weighted(),
            "gates": {"anyOf": [names, gates]},
        },
        "anyOf": [{"required": ["evaluators"]}, {"required": ["gates"]}],
        "additionalProperties": False,
    }


def _edge() -> dict[str, Any]:
    name = {"type": "string"}
    fan = {"type": "array", "items": name, "minItems": 2, "maxItems": WIDEST, "uniqueItems": True}
    return {
        "type": "object",
        "properties": {
            "path": {"type": "array", "items": {"anyOf": [name, fan]}, "minItems": 2},
            "when": {"$ref": "#/$defs/Condition"},
        },
        "required": ["path"],
        "additionalProperties": False,
    }


def _stop(definitions: dict[str, Any]) -> dict[str, Any]:
    schema = _of(StopRules, definitions)
    for name in ("auto", "plugins"):
        schema["properties"].pop(name)
    rules = schema["properties"]
    schema["properties"] = {name: rule if name == "rounds" else _or_off(rule) for name, rule in rules.items()}
    return schema | {"additionalProperties": True}  # Checks of plugins stand here too.


def _stop_table(definitions: dict[str, Any]) -> dict[str, Any]:
    schema = _stop(definitions)
    rounds = schema["properties"]["rounds"]
    schema["properties"] |= {"rounds": {"anyOf": [rounds, {"const": "auto"}]}}
    return schema


def _or_off(rule: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [rule, {"const": False}]}


def _condition(definitions: dict[str, Any]) -> dict[str, Any]:
    again = {"$ref": "#/$defs/Condition"}
    several = {"type": "array", "items": again, "minItems": 1}
    number = {"type": "number"}
    says = {
        "type": "object",
        "properties": {"contains": {"type": "string", "minLength": 1}, "at_least": number, "at_most": number},
        "minProperties": 1,
        "additionalProperties": False,
    }
    properties = dict(_stop(definitions)["properties"])
    properties |= {
        "score": {"anyOf": [_UNIT, {"type": "object", "additionalProperties": _UNIT, "minProperties": 1}]},
        "critique": {"const": "empty"},
        "note": {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, says]}, "minProperties": 1},
        "any": several,
        "all": several,
        "not": again,
    }
    return {"anyOf": [{"const": "stop"}, {"type": "object", "properties": properties, "minProperties": 1}]}
