"""What a graph is measured by: the oracles that say which drafts are right, and tasks to try it on."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field

from redraft.errors import DefinitionError
from redraft.files import validate
from redraft.graph.node import EvaluatorUse  # noqa: TC001 -- pydantic reads it at run time
from redraft.graph.node_reading import read_weighted
from redraft.task import Value

if TYPE_CHECKING:
    from redraft.files import Located

__all__ = ["Bench", "BenchTable", "bench_table", "read_bench"]


def _beside(file: str) -> str:
    path = PurePosixPath(file)
    if "\\" in file or ":" in file or path.is_absolute() or ".." in path.parts or path.suffix != ".jsonl":
        raise ValueError("tasks is a file beside the graph's own or below it, and its name ends in .jsonl")
    return file


Beside = Annotated[str, AfterValidator(_beside)]


class BenchTable(Value):
    """The keys of the `[bench]` table of a graph file."""

    truth: dict[str, Any] = Field(min_length=1)
    right: float = Field(default=1.0, strict=True, gt=0, le=1)
    tasks: Beside | None = None


class Bench(Value):
    """How a bench measures a graph: a draft is right where the weighted mean of `truth` is at least `right`.

    `tasks` is a file beside the graph's own; None where there is none.
    """

    truth: tuple[EvaluatorUse, ...]
    right: float = 1.0
    tasks: str | None = None


def read_bench(table: dict[str, Any], located: Located) -> Bench:
    """Return what the `[bench]` table of a graph file says.

    Args:
        table: The table.
        located: The file, for errors.

    Raises:
        DefinitionError: A key is unknown or missing, or a value does not fit.
    """
    file = validate(BenchTable, located, ("bench",), data=table)
    truth = tuple(read_weighted(("bench", "truth"), file.truth, located))
    if not any(use.weight for use in truth):
        where = str(located.locate(("bench", "truth")))
        raise DefinitionError("nothing in the truth has a weight", where=where, mend="Give one a weight above 0.")
    return Bench(truth=truth, right=file.right, tasks=file.tasks)


def bench_table(bench: Bench) -> dict[str, Any]:
    """Return the `[bench]` table that says all of this."""
    truth = {use.name: {"weight": use.weight, **use.params} if use.params else use.weight for use in bench.truth}
    table = {"truth": truth, "right": bench.right, "tasks": bench.tasks}
    return {key: value for key, value in table.items() if value is not None and (key, value) != ("right", 1.0)}
