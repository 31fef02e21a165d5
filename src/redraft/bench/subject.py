"""A graph under measurement: its tasks, its truth, its methods, its model, and where its runs are kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from redraft.agents import agents as agents_of
from redraft.bench.identity import identity_of_runs, identity_of_truth, name_of
from redraft.bench.judging import needs_of, truth_of
from redraft.bench.methods import RIVALS, Methods, methods_of
from redraft.bench.tasks import read_tasks
from redraft.errors import ModelError, UsageError
from redraft.files import cache_dir
from redraft.graph.lint import require_clean
from redraft.graph.loading import load_graph
from redraft.runs.advised import advised_for, key_of, with_advice
from redraft.runs.models import model_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from redraft.bench.tasks import Broken, Row
    from redraft.evaluation import Use
    from redraft.graph.measuring import Bench
    from redraft.graph.spec import GraphSpec
    from redraft.plugins import Loaded

__all__ = ["Asked", "Place", "Subject", "model_of", "subject_of"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for.

    Args:
        graphs: Names or files of graphs.
        data: A file of tasks for all of them; None for each graph's own.
        model: The model's name or file; None to look it up.
        n: How many tasks, the first ones; None for all.
        seeds: Runs of each method on each task.
    """

    graphs: Sequence[str]
    data: Path | None = None
    model: str | None = None
    n: int | None = None
    seeds: int = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bench is.

    Args:
        project: The project folder.
        plugins: The plugins.
        reload: Loads them once more, in another process.
    """

    project: Path
    plugins: Loaded
    reload: Callable[[], Loaded]


@dataclass(frozen=True)
class Subject:
    """A graph that can be measured.

    Args:
        key: How it was asked for.
        spec: The graph.
        bench: What it is measured by.
        data: The file of its tasks.
        rows: The tasks.
        broken: The lines of the file that are none.
        uses: The evaluators that say what is right.
        methods: The ways to spend tokens.
        model: The model's file.
        runs: Where runs are kept.
        judgements: Where judgements are kept.
    """

    key: str
    spec: GraphSpec
    bench: Bench
    data: Path
    rows: tuple[Row, ...]
    broken: tuple[Broken, ...]
    uses: tuple[Use, ...]
    methods: Methods
    model: Path
    runs: Path
    judgements: Path

    @property
    def rivals(self) -> list[str]:
        """The rivals that can be made of the graph."""
        return [name for name in RIVALS if name not in self.methods.missing]

    @cached_property
    def tasks(self) -> Mapping[str, Row]:
        """The rows by the digests of their tasks; of the same task twice, the first one counts."""
        tasks: dict[str, Row] = {}
        for row in self.rows:
            tasks.setdefault(name_of(row.task), row)
        return tasks


def subject_of(name: str, asked: Asked, place: Place) -> Subject:
    """Return a graph with all that it takes to measure it; no model is loaded.

    Raises:
        UsageError: It does not say what is right or has no tasks, is a part of others, or asks a person.
        DefinitionError: The graph, or its truth, is wrong.
        ModelError: There is no such model.
        PluginError: A plugin that it needs did not load.
    """
    spec = load_graph(name, place.project, plugins=place.plugins)
    registry, agents = place.plugins.registry, agents_of(place.project, plugins=place.plugins)
    _require_whole(spec)
    uses = truth_of(spec, registry)
    require_clean(spec, registry, agents)
    data = _data(spec, asked)
    tasks = read_tasks(data, spec, needs_of(uses, spec))
    model = model_of(asked.model, spec, place)
    spec = with_advice(spec, lambda graph: advised_for(key_of(graph, agents, registry, model)))
    folder = cache_dir() / "bench"
    assert spec.bench is not None  # noqa: S101 -- without one there is no truth, and `truth_of` has raised
    return Subject(
        key=name,
        spec=spec,
        bench=spec.bench,
        data=data,
        rows=tasks.rows[: asked.n],
        broken=tasks.broken,
        uses=uses,
        methods=methods_of(spec, lambda agent: agents[agent].writes),
        model=model,
        runs=folder / f"{spec.name}-{identity_of_runs(spec, model, agents, registry)}",
        judgements=folder / f"truth-{identity_of_truth(spec.bench.truth, registry)}",
    )


def model_of(name: str | None, spec: GraphSpec, place: Place) -> Path:
    """Return the file of a model's name; None looks up what serves a graph.

    Raises:
        ModelError: Nothing has that name, or its file is not there.
    """
    found = model_file(name, spec, place.project, place.plugins.registry)
    if found.size is None:
        raise ModelError("there is no such file", where=str(found.path), mend="Check the name of the model.")
    return found.path


def _require_whole(spec: GraphSpec) -> None:
    if spec.reads:
        raise UsageError(f"graph '{spec.name}' is a part of others", mend="Measure one that it is a node of.")
    if spec.asks:
        raise UsageError(f"graph '{spec.name}' asks a person", mend="Measure one that runs by itself.")


def _data(spec: GraphSpec, asked: Asked) -> Path:
    found = asked.data or spec.tasks_file
    if found is None:
        where = str(spec.place("bench").file)
        mend = "Give some with --data FILE.jsonl, or name a file in [bench].tasks. See docs/bench.md."
        raise UsageError(f"graph '{spec.name}' has no tasks to be measured on", where=where, mend=mend)
    return found
