"""How a run begins in LangGraph: what its caller hands over becomes a task, and the thread a clean page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from langgraph.channels import EphemeralValue
from langgraph.types import Command, Overwrite
from typing_extensions import TypedDict  # Before Python 3.12, pydantic makes schemas of no other.

from redraft.errors import UsageError
from redraft.graph.fan import Pool
from redraft.graph.state import Counters, Memory
from redraft.task import Assessed, Stopped  # noqa: TC001 -- LangGraph reads the annotations of the state

if TYPE_CHECKING:
    from redraft.graph.spec import GraphSpec
    from redraft.graph.state import State
    from redraft.task import Task

__all__ = ["Input", "Output", "after", "begun", "entered"]

_MERGED = ("notes", "threads")
"""What nodes add to, and only `Overwrite` empties."""


class Input(TypedDict, total=False):
    """What a compiled graph takes: a prompt, or the inputs of a graph for a kind of task; and the run's seed."""

    prompt: Annotated[str, EphemeralValue]
    inputs: Annotated[dict[str, Any], EphemeralValue]
    seed: int


class Output(TypedDict, total=False):
    """What a compiled graph brings: the text of the best draft, that draft with its verdict, and why the run ended."""

    answer: str | None
    best: Assessed | None
    stop: Stopped | None


def begun(spec: GraphSpec, state: State) -> dict[str, Any]:
    """Return the update that a run begins with; it is empty where the run has begun already.

    Raises:
        UsageError: Nothing was handed over, or not what the graph takes.
    """
    if "counters" in state and "prompt" not in state and "inputs" not in state:
        return {}
    blank = {"current": None, "best": None, "critique": None, "fan": None, "landed": None, "stop": None, "answer": None}
    update: dict[str, Any] = {key: value for key, value in blank.items() if state.get(key)}
    update |= {key: Overwrite({}) for key in _MERGED if state.get(key)}
    update |= {"pool": Pool()} if state.get("pool") else {}
    return update | {"task": _task(spec, state), "counters": Counters(), "memory": Memory()}


def entered(state: State, beginning: dict[str, Any]) -> State:
    """Return the state as it is once a run has begun."""
    if not beginning:
        return state
    plain = {key: value.value if isinstance(value, Overwrite) else value for key, value in beginning.items()}
    return {**state, **plain, "landed": {}}  # type: ignore[typeddict-item]


def after(beginning: dict[str, Any], command: Command[Any]) -> Command[Any]:
    """Return a node's command with what the run began with before it."""
    if not beginning:
        return command
    update: dict[str, Any] = beginning | (command.update or {})
    for key in _MERGED:
        if key in beginning and not isinstance(update[key], Overwrite):
            update[key] = Overwrite(update[key])
    return Command(goto=command.goto, update=update)


def _task(spec: GraphSpec, state: State) -> Task:
    prompt, inputs = state.get("prompt"), state.get("inputs")
    if prompt is None and inputs is None:
        raise _nothing(spec)
    if prompt is not None and not isinstance(prompt, str):
        raise UsageError(f"the prompt of graph '{spec.name}' is a text, not {prompt!r:.60}")
    if inputs is not None and not isinstance(inputs, dict):
        raise UsageError(f"the inputs of graph '{spec.name}' are a mapping, not {inputs!r:.60}")
    return spec.task(prompt, inputs or {})


def _nothing(spec: GraphSpec) -> UsageError:
    if spec.prompt is None:
        return UsageError(f"graph '{spec.name}' was handed no prompt", mend='Hand it {"prompt": "…"}.')
    example = ", ".join(f'"{name}": …' for name in spec.inputs)
    return UsageError(f"graph '{spec.name}' was handed no inputs", mend=f'Hand it {{"inputs": {{{example}}}}}.')
