"""How a table in `[nodes]` becomes a node."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from redraft.errors import DefinitionError, nearest
from redraft.files import validate
from redraft.graph.node import AgentNode, CallNode, EvaluateNode, EvaluatorUse, GraphNode, HumanNode, SelectNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.files import KeyPath, Located
    from redraft.graph.node import AgentSettings, Node
    from redraft.task import Value

__all__ = ["read_node", "read_weighted"]

RESERVED = frozenset({"start", "end"})

_NAME = re.compile(r"(?!__)[A-Za-z0-9_-]+")
_SHAPE = (
    "A node is { agent = … }, { evaluators = { … }, gates = [ … ] }, { call = …, reads = [ … ], writes = … }, "
    "{ select = … }, { graph = … } or { human = … }."
)


class _Kind(NamedTuple):
    """A kind of node: what it has, the keys that say so, and all of its keys."""

    has: str
    signs: tuple[str, ...]
    keys: tuple[str, ...]


def _keys(model: type[Value]) -> tuple[str, ...]:
    return tuple(name for name in model.model_fields if name != "kind")


_KINDS = (
    _Kind("an agent", ("agent",), _keys(AgentNode)),
    _Kind("evaluators", ("evaluators", "gates"), ("evaluators", "gates")),
    _Kind("a function to call", ("call",), _keys(CallNode)),
    _Kind("a selection", ("select",), _keys(SelectNode)),
    _Kind("a graph", ("graph",), _keys(GraphNode)),
    _Kind("a person to ask", ("human",), _keys(HumanNode)),
)
_MODELS: dict[str, type[CallNode | SelectNode | GraphNode | HumanNode]] = {
    "call": CallNode,
    "select": SelectNode,
    "graph": GraphNode,
    "human": HumanNode,
}
_KEYS = tuple(dict.fromkeys(key for kind in _KINDS for key in kind.keys))


def read_node(name: str, table: dict[str, Any], located: Located, defaults: AgentSettings) -> Node:
    """Return the node of a table.

    Args:
        name: The node's name.
        table: Its table.
        located: The file, for errors.
        defaults: What the graph sets of each agent.

    Raises:
        DefinitionError: The name or a key is wrong.
    """
    path: KeyPath = ("nodes", name)
    if name in RESERVED:
        raise _wrong(located, path, f"the node name '{name}' is reserved", "Call the node something else.")
    if not _NAME.fullmatch(name):
        mend = "Use letters, digits, '_' and '-'; do not begin with '__'."
        raise _wrong(located, path, f"a node cannot be called '{name}'", mend)
    for key in table:
        if key not in _KEYS:
            raise _wrong(located, (*path, key), f"there is no key '{key}' here.{nearest(key, _KEYS)}", _SHAPE)
    kind = _kind_of(path, table, located)
    if kind.has == "evaluators":
        return _evaluate(path, table, located)
    model = _MODELS.get(kind.signs[0])
    if model is not None:
        return validate(model, located, path, data=table)
    return validate(AgentNode, located, path, data=defaults.model_dump(exclude_none=True) | table)


def _kind_of(path: KeyPath, table: dict[str, Any], located: Located) -> _Kind:
    meant = [kind for kind in _KINDS if set(kind.signs) & set(table)]
    if len(meant) != 1:
        what = f"both {meant[0].has} and {meant[1].has}" if meant else "neither an agent nor evaluators"
        raise _wrong(located, path, f"the node has {what}", _SHAPE)
    stray = next((key for key in table if key not in meant[0].keys), None)
    if stray:
        owner = next(kind.has for kind in _KINDS if stray in kind.keys)
        raise _wrong(located, (*path, stray), f"'{stray}' belongs to a node with {owner}", _SHAPE)
    return meant[0]


def _evaluate(path: KeyPath, table: dict[str, Any], located: Located) -> EvaluateNode:
    weighted = tuple(read_weighted((*path, "evaluators"), table.get("evaluators", {}), located))
    gates = tuple(_gates((*path, "gates"), table.get("gates", []), located))
    if not weighted and not gates:
        raise _wrong(located, path, "the node has no evaluators", _SHAPE)
    return EvaluateNode(evaluators=(*weighted, *gates))


def read_weighted(path: KeyPath, uses: Any, located: Located) -> Iterator[EvaluatorUse]:
    """Yield the evaluators of a table of names and weights.

    Args:
        path: The way to the table.
        uses: The table.
        located: The file, for errors.

    Raises:
        DefinitionError: It is no table, or a weight is no number from 0.
    """
    if not isinstance(uses, dict):
        raise _wrong(located, path, f"'{path[-1]}' is a table", "Write { coverage = 2.0, length = 1.0 }.")
    for name, use in uses.items():
        params = dict(use) if isinstance(use, dict) else {"weight": use}
        weight = params.pop("weight", 1.0)
        if not _is_weight(weight):
            mend = f"Write {name} = 1.0 or {name} = {{ weight = 1.0 }}."
            raise _wrong(located, (*path, name), f"the weight of '{name}' is a number from 0, not {weight!r}", mend)
        yield _use((*path, name), name, located, {"weight": weight, "params": params})


def _gates(path: KeyPath, uses: Any, located: Located) -> Iterator[EvaluatorUse]:
    if isinstance(uses, list | tuple) and all(isinstance(use, str) for use in uses):
        if len(set(uses)) < len(uses):
            raise _wrong(located, path, "a gate is there twice", "Keep one of them.")
        uses = {use: {} for use in uses}
    if not isinstance(uses, dict) or not all(isinstance(params, dict) for params in uses.values()):
        mend = 'Write ["artefact"], or { length = { max_words = 25 } }.'
        raise _wrong(located, path, "'gates' is a list of names, or a table of parameters", mend)
    for name, params in uses.items():
        if "weight" in params:
            raise _wrong(located, (*path, name, "weight"), "a gate has no weight", "Remove it.")
        yield _use((*path, name), name, located, {"gate": True, "params": params})


def _use(path: KeyPath, name: str, located: Located, table: dict[str, Any]) -> EvaluatorUse:
    return validate(EvaluatorUse, located, path, data={"name": name, **table})


def _is_weight(weight: Any) -> bool:
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        return False
    return math.isfinite(weight) and weight >= 0


def _wrong(located: Located, path: KeyPath, what: str, mend: str) -> DefinitionError:
    return DefinitionError(what, where=str(located.locate(path)), mend=mend)
