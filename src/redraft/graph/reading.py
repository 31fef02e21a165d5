"""How the tables of a graph file become a graph."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from redraft.convergence import CHECKS, StopRules
from redraft.errors import DefinitionError, nearest
from redraft.files import validate
from redraft.graph.inputs import InputType  # noqa: TC001 -- pydantic reads it at run time
from redraft.graph.measuring import read_bench
from redraft.graph.node import AgentSettings
from redraft.graph.node_reading import read_node
from redraft.graph.path_reading import EdgeTable, read_path
from redraft.graph.spec import GraphSpec, Handed
from redraft.prompts import compile_prompt
from redraft.task import Value

if TYPE_CHECKING:
    from redraft.files import Located

__all__ = ["GraphFile", "TaskTable", "read_graph"]

_INPUT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TAKEN = frozenset(
    {"and", "else", "false", "if", "in", "is", "loop", "namespace", "none", "not", "or", "range", "true"}
)


class TaskTable(Value):
    """The `[task]` table of a graph file."""

    prompt: str | None = None
    inputs: dict[str, InputType] = Field(default_factory=dict)


class GraphFile(Value):
    """The keys of a graph file."""

    redraft: Literal[1]
    extends: str | None = None
    description: str = ""
    embedded: bool = Field(default=False, strict=True)
    reads: tuple[Handed, ...] = ()
    task: TaskTable = TaskTable()
    defaults: AgentSettings = AgentSettings()
    nodes: dict[str, dict[str, Any]] = Field(default_factory=dict)
    edges: list[EdgeTable] = Field(default_factory=list)
    stop: dict[str, Any] = Field(default_factory=dict)
    bench: dict[str, Any] | None = None


def read_graph(name: str, located: Located) -> GraphSpec:
    """Return the graph that a file's tables describe.

    Args:
        name: The graph's name.
        located: The tables, `extends` already merged in, and where their keys stand.

    Raises:
        DefinitionError: A key or a value is wrong; the message has file, line and key.
    """
    file = validate(GraphFile, located)
    _check_task(file.task, located)
    if "verdict" in file.reads and "draft" not in file.reads:
        where = str(located.locate(("reads",)))
        raise DefinitionError("a verdict is one of a draft", where=where, mend='Write reads = ["draft", "verdict"].')
    return GraphSpec(
        name=name,
        description=file.description,
        embedded=file.embedded,
        reads=file.reads,
        prompt=file.task.prompt,
        inputs=file.task.inputs,
        nodes={node: read_node(node, table, located, file.defaults) for node, table in file.nodes.items()},
        edges=tuple(edge for number, table in enumerate(file.edges) for edge in read_path(number, table, located)),
        stop=_stop(file.stop, located),
        bench=None if file.bench is None else read_bench(file.bench, located),
    ).at(located)


def _check_task(task: TaskTable, located: Located) -> None:
    for name in task.inputs:
        if not _INPUT_NAME.fullmatch(name) or name in _TAKEN:
            place = located.locate(("task", "inputs", name))
            what = f"an input cannot be called '{name}'"
            raise DefinitionError(what, where=str(place), mend="Begin with a letter; then letters, digits and '_'.")
    if task.prompt is None:
        return
    place = located.locate(("task", "prompt"))
    for variable in compile_prompt(task.prompt, str(place.file), place.line or 1).variables:
        if variable.name not in task.inputs:
            what = f"there is no input '{variable.name}'.{nearest(variable.name, task.inputs)}"
            mend = f"Add {variable.name} to [task].inputs, or correct the name."
            raise DefinitionError(what, where=str(place), mend=mend)


def _stop(table: dict[str, Any], located: Located) -> StopRules:
    rules = {name: _rule(name, value) for name, value in table.items() if name in CHECKS}
    plugins = {name: value for name, value in table.items() if name not in CHECKS}
    return validate(StopRules, located, ("stop",), data=rules | {"plugins": plugins}, strict=True)


def _rule(name: str, value: Any) -> Any:
    """A rule that may be off is off where it is false."""
    may_be_off = type(None) in getattr(StopRules.model_fields[name].annotation, "__args__", ())
    return None if value is False and may_be_off else value
