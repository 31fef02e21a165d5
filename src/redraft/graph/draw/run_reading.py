"""What `redraft run --json` printed, read back as far as a picture needs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from redraft.errors import UsageError
from redraft.task import Stopped  # noqa: TC001 -- pydantic reads it at run time

if TYPE_CHECKING:
    from pathlib import Path

    from redraft.graph.spec import GraphSpec

__all__ = ["Run", "RunDraft", "read_run"]

_MEND = "Give what `redraft run --json` printed."


class _Part(BaseModel):
    # A newer redraft may print more.
    model_config = ConfigDict(frozen=True, extra="ignore")


class RunDraft(_Part):
    """A draft of a run: its value is null where it was not evaluated."""

    index: int = Field(ge=0)
    round: int = Field(ge=0)
    value: float | None = Field(ge=0, le=1)
    gates_failed: tuple[str, ...] = ()


class Run(_Part):
    """A run: where it came by, what it made, and why it ended."""

    graph: str
    model: str | None = None
    path: tuple[str, ...]
    best: int | None
    stop: Stopped
    drafts: tuple[RunDraft, ...]


def read_run(file: Path, spec: GraphSpec) -> Run:
    """Return the run in a file.

    Args:
        file: A JSON file.
        spec: The graph that it is a run of.

    Raises:
        UsageError: There is no such file, it is no run, or it is a run of another graph.
    """
    run = _checked(_loaded(file), file)
    if run.graph != spec.name:
        mend = f"Draw it: redraft graphs draw {run.graph} --run {file}"
        raise UsageError(f"it is a run of graph '{run.graph}', not of '{spec.name}'", where=str(file), mend=mend)
    stranger = next((name for name in run.path if not _is_there(name, spec)), None)
    if stranger is not None:
        what = f"the run visited a node '{stranger:.60}', which graph '{spec.name}' does not have"
        raise UsageError(what, where=str(file), mend="The graph was changed since: run it again.")
    return run


def _loaded(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"it cannot be read: {error.strerror}", where=str(file), mend=_MEND) from error
    except (ValueError, RecursionError) as error:
        raise UsageError("it is no JSON", where=str(file), mend=_MEND) from error


def _checked(data: Any, file: Path) -> Run:
    try:
        return Run.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"])) or "the whole"
        raise UsageError(f"it is no run: {key}: {first['msg'].lower()}", where=str(file), mend=_MEND) from error


def _is_there(name: str, spec: GraphSpec) -> bool:
    node, _, rest = name.partition("/")
    if not rest:
        return node in spec.nodes
    inner = spec.inner(node)
    return inner is not None and _is_there(rest, inner)
