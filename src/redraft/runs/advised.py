"""How many rounds `redraft advise` found worth it, kept by graph and model, for graphs that say `rounds = "auto"`."""

from __future__ import annotations

import hashlib
import os
import secrets
from typing import TYPE_CHECKING, Literal, TypeAlias

from pydantic import Field, ValidationError

from redraft.errors import UsageError
from redraft.files import data_dir
from redraft.graph.asked import agents_asked
from redraft.llama.memory.fingerprint import fingerprint
from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from redraft.agents import Agent
    from redraft.graph.spec import GraphSpec
    from redraft.registry import Registry

__all__ = ["Advised", "Call", "advised_for", "keep_advice", "key_of", "with_advice"]

Call: TypeAlias = Literal["loop", "do not loop", "undecided"]

FORM = "1"
"""The form of what is kept; what has another one is as if it were not there."""

_BESIDE = {"name", "description", "embedded", "bench"}
"""What a graph says that changes nothing that it does."""


class Advised(Value):
    """What was advised: `rounds` is None where it was undecided. `graph`, `model` and the counts are for people."""

    graph: str
    model: str
    advice: Call
    rounds: int | None = Field(ge=0, le=1000)
    tasks: int
    runs: int


def key_of(spec: GraphSpec, agents: Mapping[str, Agent], registry: Registry, model: Path) -> str:
    """Return what advice is kept by: what the graph does but for its own number of rounds, its agents, its model.

    Args:
        spec: The graph.
        agents: The agents by name.
        registry: What plugins registered.
        model: The file of the model that serves `default`.
    """
    inner = [graph.model_dump_json(exclude=_BESIDE) for graph in spec.whole()[1:]]
    own = spec.model_dump_json(exclude={**dict.fromkeys(_BESIDE, True), "stop": {"rounds", "auto"}})
    asked = [
        agents[name].model_dump_json(exclude={"origin"}) for name in agents_asked(spec, registry) if name in agents
    ]
    parts = [FORM, fingerprint(model), own, *inner, *asked]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def advised_for(key: str) -> Advised | None:
    """Return the advice of a key; None where there is none that can be read."""
    try:
        return Advised.model_validate_json(_file(key).read_bytes())
    except (OSError, ValidationError):
        return None


def keep_advice(key: str, advice: Advised) -> Path:
    """Keep advice, in place of what was there, and return its file.

    Raises:
        UsageError: The user's data folder cannot be written.
    """
    file = _file(key)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(advice.model_dump_json(indent=2) + "\n", encoding="utf-8")
        os.replace(beside, file)  # noqa: PTH105 -- whoever reads it meanwhile finds the old or the new one
    except OSError as error:
        what = f"the advice cannot be kept: {error.strerror or error}"
        mend = "Free some space, or set REDRAFT_DATA_DIR to a folder that can be written."
        raise UsageError(what, where=str(file), mend=mend) from error
    return file


def with_advice(spec: GraphSpec, find: Callable[[GraphSpec], Advised | None]) -> GraphSpec:
    """Return a graph of which nothing waits for advice any more, the graphs in it included.

    Args:
        spec: The graph.
        find: Returns the advice for a graph. Where there is none, the usual number of rounds holds.
    """
    if not spec.stop.auto and not spec.graphs:
        return spec
    found = find(spec) if spec.stop.auto else None
    inner = {name: with_advice(graph, find) for name, graph in spec.graphs.items()}
    rounds = spec.stop.rounds if found is None or found.rounds is None else found.rounds
    stop = spec.stop.of_rounds(rounds) if spec.stop.auto else spec.stop
    return spec.model_copy(update={"graphs": inner, "stop": stop})


def _file(key: str) -> Path:
    return data_dir() / "advice" / f"{key}.json"
