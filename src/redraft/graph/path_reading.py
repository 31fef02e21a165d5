"""How a path becomes edges: a name is a node, a list of names a fan-out, which the next name joins."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pydantic import Field

from redraft.errors import DefinitionError
from redraft.graph.condition_reading import read_condition
from redraft.graph.edge import Edge
from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.files import KeyPath, Located

__all__ = ["EdgeTable", "read_path"]

WIDEST = 16
"""How many nodes a fan-out may have."""

_LEADS = 'A path is a list of node names: path = ["start", "generator", "evaluate"].'
_FANS = 'A fan-out stands between two nodes: path = ["evaluate", ["critic_a", "critic_b"], "merge"].'


class EdgeTable(Value):
    """One `[[edges]]` table of a graph file."""

    path: list[Any] = Field(min_length=2)
    when: Any = None


def read_path(number: int, table: EdgeTable, located: Located) -> Iterator[Edge]:
    """Yield the edges of a path; its condition guards the first of them, all of them where it is a fan-out.

    Args:
        number: The number of the path in its file.
        table: Its table.
        located: The file, for errors.

    Raises:
        DefinitionError: A step is no node and no fan-out, or the condition is none.
    """
    path: KeyPath = ("edges", number, "path")
    steps = [_step(step, located, (*path, position)) for position, step in enumerate(table.path)]
    fans = [position for position, step in enumerate(steps) if len(step) > 1]
    if fans and fans[0] == 0:
        raise _wrong(located, (*path, 0), "a path begins with a fan-out: what comes before it?", _FANS)
    for one, other in pairwise(fans):
        if other == one + 1:
            raise _wrong(located, (*path, other), "a fan-out follows another: where do they meet?", _FANS)
    when = None if table.when is None else read_condition(table.when, located, ("edges", number, "when"))
    for sources, targets in pairwise(steps):
        fan = targets if len(targets) > 1 else ()
        yield from (Edge(source=a, target=b, when=when, path=number, fan=fan) for a in sources for b in targets)
        when = None


def _step(step: Any, located: Located, path: KeyPath) -> tuple[str, ...]:
    if isinstance(step, str):
        return (step,)
    if not isinstance(step, list | tuple):
        raise _wrong(located, path, f"{step!r:.60} is not the name of a node", _LEADS)
    stray = next((name for name in step if not isinstance(name, str)), None)
    if stray is not None:
        raise _wrong(located, path, f"{stray!r:.60} is not the name of a node", _FANS)
    if not 1 < len(step) <= WIDEST:
        raise _wrong(located, path, f"a fan-out has 2 to {WIDEST} nodes, not {len(step)}", _FANS)
    twice = next((name for name in step if step.count(name) > 1), None)
    if twice:
        raise _wrong(located, path, f"'{twice}' is in a fan-out twice", f"Write {{ …, samples = 2 }} at '{twice}'.")
    edge = next((name for name in step if name in {"start", "end"}), None)
    if edge:
        raise _wrong(located, path, f"'{edge}' cannot be in a fan-out", _FANS)
    return tuple(step)


def _wrong(located: Located, path: KeyPath, what: str, mend: str) -> DefinitionError:
    return DefinitionError(what, where=str(located.locate(path)), mend=mend)
