"""Tasks in a file, one JSON object a line: what is broken is told with its line, and the rest is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from redraft.bench.json_lines import kind_of, lines_of, object_of
from redraft.errors import RedraftError, UsageError, nearest
from redraft.graph.inputs import typed
from redraft.task import Task

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from pydantic import JsonValue

    from redraft.graph.inputs import InputType
    from redraft.graph.spec import GraphSpec

__all__ = ["Broken", "Row", "TaskFile", "read_tasks"]

_WANTED: dict[str, tuple[type, str]] = {
    "id": (str, '"…"'),
    "inputs": (dict, "{…}"),
    "prompt": (str, '"…"'),
    "truth": (dict, "{…}"),
}
_EXAMPLES = {"text": '"…"', "list": '["one", "two"]', "number": "3", "json": "[1, 2]"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line that is a task.

    Args:
        id: Its name, unique in the file: `line-12` where the line gives none.
        line: Its number, from 1.
        prompt: The prompt, for a graph that takes one.
        inputs: The named inputs, as the line has them.
        truth: What oracles alone may read.
        task: What the graph makes of prompt and inputs: all that a loop may see.
        judged: The task with the truth among its inputs, for oracles.
    """

    id: str
    line: int
    prompt: str | None
    inputs: Mapping[str, JsonValue]
    truth: Mapping[str, JsonValue]
    task: Task
    judged: Task


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no task: what is wrong with it, and what to do."""

    file: Path
    line: int
    what: str
    mend: str | None = None

    def __str__(self) -> str:
        head = f"{self.file}:{self.line}: {self.what}"
        return f"{head}\n  {self.mend}" if self.mend else head


@dataclass(frozen=True, slots=True)
class TaskFile:
    """What a file of tasks has: its rows and its broken lines, each in the file's order."""

    path: Path
    rows: tuple[Row, ...]
    broken: tuple[Broken, ...]


def read_tasks(path: Path, spec: GraphSpec, needs: Collection[str] = ()) -> TaskFile:
    """Return the tasks in a file of JSON lines, UTF-8, with or without a byte-order mark.

    Args:
        path: The file.
        spec: The graph that is to run them.
        needs: What the truth of each line must have.

    Raises:
        UsageError: The file cannot be read, or no line of it is a task.
    """
    rows: list[Row] = []
    broken: list[Broken] = []
    lines: dict[str, int] = {}
    for number, line in lines_of(path):
        try:
            row = _row(number, line, spec, needs)
            if row.id in lines:
                what = f"the id {row.id!r:.60} is that of line {lines[row.id]} already"
                raise UsageError(what, mend="Give each line an id of its own, or none.")
        except RedraftError as error:
            broken.append(Broken(path, number, error.what, error.mend))
            continue
        lines[row.id] = number
        rows.append(row)
    if not rows:
        raise _nothing(path, broken)
    return TaskFile(path, tuple(rows), tuple(broken))


def _nothing(path: Path, broken: list[Broken]) -> UsageError:
    if not broken:
        return UsageError("the file has no task", where=str(path), mend='Write one a line: {"inputs": {…}}.')
    first = broken[0]
    fault = f"the only line is no task: {first.what}" if len(broken) == 1 else f"none of {len(broken)} lines is a task"
    rest = "" if len(broken) == 1 else f"; the first: {first.what}"
    return UsageError(f"{fault}{rest}", where=f"{path}:{first.line}", mend=first.mend)


def _row(number: int, line: bytes, spec: GraphSpec, needs: Collection[str]) -> Row:
    """Return the task of a line.

    Raises:
        RedraftError: It is none.
    """
    said = object_of(line)
    _check_keys(said)
    prompt = said.get("prompt")
    inputs: dict[str, JsonValue] = said.get("inputs", {})
    truth: dict[str, JsonValue] = said.get("truth", {})
    _check_prompt(prompt, spec)
    _check_names(inputs, spec, needs)
    _check_truth(truth, inputs, needs)
    for name, kind in spec.inputs.items():
        _check_type(name, kind, inputs[name])
    task = spec.task(prompt, inputs)
    return Row(said.get("id", f"line-{number}"), number, prompt, inputs, truth, task, _judged(task, truth))


def _check_keys(said: Mapping[str, Any]) -> None:
    known = f"Known keys: {', '.join(_WANTED)}."
    for key, value in said.items():
        if key not in _WANTED:
            raise UsageError(f"there is no key {key!r:.60}.{nearest(key, _WANTED)}", mend=known)
        wanted, shown = _WANTED[key]
        if not isinstance(value, wanted):
            raise UsageError(f"'{key}' is {kind_of(wanted())}, not {kind_of(value)}", mend=f'Write "{key}": {shown}.')
    if not said.get("id", "line").strip():
        raise UsageError("the id is empty", mend="Leave it out, or give each line one.")


def _check_prompt(prompt: str | None, spec: GraphSpec) -> None:
    if prompt is None and spec.prompt is None:
        raise UsageError("the prompt is missing", mend='Add "prompt": "…".')
    if prompt is not None and spec.prompt is not None:
        raise UsageError(f"graph '{spec.name}' takes no prompt", mend=f'Write "inputs": {_usage(spec)}.')


def _check_names(inputs: Mapping[str, JsonValue], spec: GraphSpec, needs: Collection[str]) -> None:
    for name in inputs:
        if name not in spec.inputs:
            what = f"graph '{spec.name}' has no input {name!r:.60}.{nearest(name, spec.inputs)}"
            mend = f'Put it into "truth", which no loop sees: {{"{name}": …}}.' if name in needs else _only(spec)
            raise UsageError(what, mend=mend)
    for name, kind in spec.inputs.items():
        if name not in inputs:
            mend = f'Add "{name}": {_EXAMPLES[kind]} to "inputs".'
            raise UsageError(f"input '{name}' of graph '{spec.name}' is missing", mend=mend)


def _check_truth(truth: Mapping[str, JsonValue], inputs: Mapping[str, JsonValue], needs: Collection[str]) -> None:
    for name in truth:
        if name in inputs:
            mend = "Keep it in one: a loop sees the inputs, oracles alone the truth."
            raise UsageError(f"{name!r:.60} is both an input and the truth", mend=mend)
    for name in needs:
        if name not in truth:
            has = f", only {', '.join(map(repr, truth)):.60}" if truth else ""
            what = f"the truth has no '{name}'{has}"
            raise UsageError(what, mend=f'An oracle judges by it: add "truth": {{"{name}": …}}.')


def _check_type(name: str, kind: InputType, value: JsonValue) -> None:
    try:
        typed(name, kind, value)
    except UsageError as error:
        raise UsageError(error.what, mend=f'Write "{name}": {_EXAMPLES[kind]}.') from error


def _judged(task: Task, truth: Mapping[str, JsonValue]) -> Task:
    try:
        return Task(messages=task.messages, inputs={**task.inputs, **truth})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UsageError(f"'{first['loc'][1]}' of the truth is not JSON: {first['msg'].lower()}") from error


def _only(spec: GraphSpec) -> str:
    return f"Its inputs: {_usage(spec)}." if spec.inputs else "It takes none."


def _usage(spec: GraphSpec) -> str:
    return "{" + ", ".join(f'"{name}": {_EXAMPLES[kind]}' for name, kind in spec.inputs.items()) + "}"
